-- What the machines record of players, entries, raffles and draws, for lists and for the draw itself.
-- The decisions are the machines'; these rows are written in the same commits.

create table players (
  player_id text constraint pk_players primary key,
  chat_id bigint not null,
  name text not null,
  language text not null,
  is_blocked boolean not null
);

create table raffles (
  raffle_id text constraint pk_raffles primary key,
  seq bigint generated always as identity,
  status text not null,
  -- RaffleTerms as JSON.
  terms text not null,
  tickets int not null,
  players int not null,
  opened_at_ms bigint not null,
  closes_at_ms bigint not null,
  -- Why an admin ended it, in his words; empty when none did.
  public_reason text not null
) with (fillfactor = 60);
create index ix_raffles_seq on raffles (seq);

create table payments (
  payment_id text constraint pk_payments primary key,
  raffle_id text not null,
  player_id text not null,
  status text not null,
  minor bigint,
  currency text,
  charge_id text
) with (fillfactor = 80);

create table tickets (
  raffle_id text not null,
  number int not null,
  player_id text not null,
  payment_id text not null constraint uq_tickets_payment unique,
  -- Hides the player in the public list; he is given it.
  salt text not null,
  at_ms bigint not null,
  constraint pk_tickets primary key (raffle_id, number)
);
create index ix_tickets_player on tickets (player_id, at_ms);

-- One draw per raffle: the RANDOM.ORG ticket, the seal, the signed answer, the proof, in this order.
create table draws (
  raffle_id text constraint pk_draws primary key,
  -- DrawTicket as JSON.
  draw_ticket text not null,
  sealed_at_ms bigint,
  -- The seal's hash, 64 hex digits.
  seal text,
  -- `random` exactly as it was signed.
  random_text text,
  signature text,
  -- The proof file, exactly as it is given out.
  proof text,
  -- Winners as JSON: place, number, prize.
  winners text
);

-- Updates and webhooks that no actor took; stored once per key, for admins.
create table unroutable (
  key text constraint pk_unroutable primary key,
  row_name text not null,
  reason text not null,
  incoming text not null,
  is_money boolean not null,
  at_ms bigint not null
);
