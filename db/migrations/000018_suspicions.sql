-- Signs that a player may not be one, or not a person, and what was decided about them.

-- When he was seen first; 0 for those who were known before it was kept.
alter table players add column first_seen_at_ms bigint not null default 0;

create table suspicions (
  suspicion_id text constraint pk_suspicions primary key,
  seq bigint generated always as identity,
  player_id text not null,
  -- Null: it is about the player, in whatever raffle.
  raffle_id text,
  signal text not null,
  -- What was counted, as JSON; `{}` once his data was deleted.
  evidence text not null,
  -- open, cleared, upheld
  status text not null,
  raised_at_ms bigint not null,
  decided_by text,
  decided_at_ms bigint,
  -- 0: he may enter.
  barred_until_ms bigint not null
) with (fillfactor = 80);
create index ix_suspicions_status on suspicions (status, seq);
create index ix_suspicions_player on suspicions (player_id);

-- Tickets that were taken off an open list, and why.
create table excluded_tickets (
  payment_id text constraint pk_excluded_tickets primary key,
  raffle_id text not null,
  suspicion_id text not null,
  signal text not null,
  at_ms bigint not null
);
create index ix_excluded_tickets_raffle on excluded_tickets (raffle_id);
create index ix_excluded_tickets_suspicion on excluded_tickets (suspicion_id);

-- Who wanted to pay what another was asked to pay.
create table foreign_payers (
  payer_id text not null,
  payment_id text not null,
  player_id text not null,
  raffle_id text not null,
  at_ms bigint not null,
  constraint pk_foreign_payers primary key (payer_id, payment_id)
);
create index ix_foreign_payers_at on foreign_payers (at_ms);

-- Tells the receivers of rubles apart and names none; null where a prize goes to the player himself.
alter table withdrawals add column if not exists destination_hash text;
create index ix_withdrawals_destination on withdrawals (destination_hash, player_id)
  where destination_hash is not null;
create index ix_withdrawals_destination_at on withdrawals (asked_at_ms)
  where destination_hash is not null;

-- Which decision a player appeals against.
alter table disputes add column suspicion_id text;
