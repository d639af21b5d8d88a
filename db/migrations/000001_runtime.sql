-- The durable runtime. Snapshots and events are text: JSON escapes what jsonb and text refuse.

create table actors (
  id bigint generated always as identity constraint pk_actors primary key,
  address text not null constraint uq_actors_address unique,
  -- The row of the root; null for a root. An actor and its child machines are one tree.
  root_id bigint,
  -- Steps made; 0 while the row is reserved for an actor being created in the same transaction.
  revision bigint not null default 0,
  snapshot text not null default '',
  -- Earliest timer of the tree, epoch milliseconds, or earlier; only on roots. It is indexed and
  -- therefore moved only earlier by a step; the wake-up sets it right.
  wake_at bigint,
  -- An operator has to look first (kinds with onFailure "hold").
  is_held boolean not null default false
) with (fillfactor = 60);
create index ix_actors_root on actors (root_id) where root_id is not null;
create index ix_actors_wake on actors (wake_at) where wake_at is not null;

-- What was accepted, in order, and which keys were used.
create table events (
  id bigint generated always as identity constraint pk_events primary key,
  -- The root of the actor's tree.
  actor_id bigint not null,
  -- The child machine's address; null for the root.
  address text,
  -- The revision that the event made; null for a refused event, which is kept for its key.
  revision bigint,
  key text,
  event text not null,
  -- Who sent it: an address, 'timer', 'effect'; null for the outside.
  source text,
  refusal text,
  at_ms bigint not null
);
create unique index uq_events_key on events (actor_id, key) where key is not null;

-- Messages between actors whose receiver could not be locked at once.
create table inbox (
  id bigint generated always as identity constraint pk_inbox primary key,
  root text not null,
  address text not null,
  event text not null,
  create_input text,
  source text not null
);
create index ix_inbox_root on inbox (root, id);

-- Work outside that was asked for and is not known to be done.
create table effects (
  key text constraint pk_effects primary key,
  seq bigint generated always as identity,
  address text not null,
  -- The invoke that waits for the answer; null for an action.
  child_id text,
  name text not null,
  -- The machine whose own promise it is; null for one that the definition lists.
  machine text,
  input text not null,
  lane text,
  coalesce_key text,
  owner text,
  -- Goes up with every owner: the answer of an earlier one is dropped.
  fence int not null,
  attempt int not null,
  -- Not before, epoch milliseconds.
  run_at bigint not null,
  -- An earlier try may have succeeded without anybody knowing.
  is_uncertain boolean not null default false,
  last_error text
);
create index ix_effects_owner on effects (owner);
create index ix_effects_waiting on effects (seq) where lane is not null and owner is null;
create index ix_effects_pause on effects (run_at) where lane is not null and owner is null;
create index ix_effects_lane on effects (lane, seq) where lane is not null;
create unique index uq_effects_coalesce on effects (coalesce_key)
  where coalesce_key is not null and attempt = 0;

-- Events and effects set aside with their error, for an operator.
create table dead_letters (
  id bigint generated always as identity constraint pk_dead_letters primary key,
  address text not null,
  event text not null,
  key text,
  source text,
  error text not null,
  at_ms bigint not null
);

-- Living nodes; the database's clock decides who lives.
create table nodes (
  id text constraint pk_nodes primary key,
  expires_at timestamptz not null
);

-- Work that one node does for all.
create table leases (
  name text constraint pk_leases primary key,
  owner text not null,
  expires_at timestamptz not null
);

-- The fence: a transaction that did not find its rows at the expected revision must not commit.
create function assert_written(written bigint, expected bigint) returns void
language plpgsql as $$
begin
  if written <> expected then
    raise exception 'expected to write % actors, wrote %', expected, written
      using errcode = 'ZHF01';
  end if;
end $$;
