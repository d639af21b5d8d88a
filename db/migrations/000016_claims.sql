-- Prizes that must be taken, and draws that were replaced.

-- A ticket that may take a prize, and what came of it: the winners as drawn, and with each deadline the
-- reserves who move up. A raffle that credits its prizes at once has no rows here.
create table prize_claims (
  raffle_id text not null,
  -- 1; one more with each redraw.
  draw int not null,
  place int not null,
  number int not null,
  round int not null,
  player_id text not null,
  state text not null constraint chk_prize_claims_state
    check (state in ('waiting', 'claimed', 'lapsed')),
  until_ms bigint not null,
  -- When it was taken, or went on; null while it waits.
  ended_at_ms bigint,
  constraint pk_prize_claims primary key (raffle_id, draw, place, number)
) with (fillfactor = 80);
create index ix_prize_claims_waiting on prize_claims (player_id) where state = 'waiting';

-- A draw that another one replaced before anything was paid: all of it, with the public reason.
create table former_draws (
  raffle_id text not null,
  -- 1 for the first draw of the raffle.
  draw int not null,
  draw_ticket text not null,
  sealed_at_ms bigint not null,
  seal text not null,
  named_round text,
  random_text text,
  signature text,
  beacon_signature text,
  proof text,
  winners text,
  reason text not null,
  replaced_at_ms bigint not null,
  constraint pk_former_draws primary key (raffle_id, draw)
);
