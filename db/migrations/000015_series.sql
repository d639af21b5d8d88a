-- Terms that are kept, raffles that come again, and who wants to hear of the next one. Both machines
-- write here; the rows are what people are shown, and the terms are what raffles are made of.

create table raffle_templates (
  template_id text constraint pk_raffle_templates primary key,
  name text not null,
  -- JSON.
  terms text not null
) with (fillfactor = 70);

create table raffle_series (
  series_id text constraint pk_raffle_series primary key,
  -- The newest first.
  seq bigint generated always as identity,
  template_id text not null,
  name text not null,
  -- JSON: the rule, and how many raffles there shall be.
  plan text not null,
  status text not null constraint chk_raffle_series_status
    check (status in ('active', 'paused', 'ended')),
  opened int not null,
  skipped int not null,
  -- 0: nobody knows.
  next_at_ms bigint not null,
  -- Why the last one was not opened.
  refusal text
) with (fillfactor = 70);
create index ix_raffle_series_seq on raffle_series (seq);

-- Raffles that a series has opened, each with its number in it.
create table series_raffles (
  raffle_id text constraint pk_series_raffles primary key,
  series_id text not null,
  number int not null,
  constraint uq_series_raffles_number unique (series_id, number)
);

-- Who is told when the next one opens.
create table series_followers (
  series_id text not null,
  player_id text not null,
  at_ms bigint not null,
  constraint pk_series_followers primary key (series_id, player_id)
);
create index ix_series_followers_player on series_followers (player_id);
