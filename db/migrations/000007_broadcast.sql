-- What a raffle tells everybody: who looks on, the page under way, how each broadcast stands, and
-- what was said in the announcement channel.

-- Those who looked at a raffle; they are told how it ends if they hold no ticket by then.
create table observers (
  raffle_id text not null,
  player_id text not null,
  at_ms bigint not null,
  -- He wants to hear no more of it; looking again does not change that.
  is_stopped boolean not null,
  constraint pk_observers primary key (raffle_id, player_id)
);
create index ix_observers_player on observers (player_id);

-- Pages of participants by id: ticket numbers move up when a ticket is voided.
create index ix_tickets_raffle_player on tickets (raffle_id, player_id);

create table broadcasts (
  raffle_id text not null,
  -- Within its raffle, 1 for the first.
  number int not null,
  -- Key of the notice.
  notice text not null,
  status text not null,
  recipients int not null,
  sent int not null,
  blocked int not null,
  uncertain int not null,
  failed int not null,
  started_at_ms bigint not null,
  at_ms bigint not null,
  constraint pk_broadcasts primary key (raffle_id, number)
) with (fillfactor = 60);
create index ix_broadcasts_started on broadcasts (started_at_ms);

-- The page under way of each broadcast: never more than one, gone when it is over. The attempt is on
-- record ('sending') before the call; what is found so later is uncertain and not repeated.
create table deliveries (
  raffle_id text not null,
  number int not null,
  player_id text not null,
  -- 0 winners, 1 participants, 2 observers: the order in which they are told.
  rank int not null,
  state text not null constraint chk_deliveries_state
    check (state in ('queued', 'sending', 'sent', 'blocked', 'uncertain', 'failed', 'skipped')),
  constraint pk_deliveries primary key (raffle_id, number, player_id)
) with (fillfactor = 60);

-- Posts in the announcement channel; a row is written before the call, so that none is made twice.
create table announcements (
  raffle_id text not null,
  occasion text not null,
  seq bigint generated always as identity,
  state text not null constraint chk_announcements_state
    check (state in ('sending', 'posted', 'failed')),
  constraint pk_announcements primary key (raffle_id, occasion)
);
create index ix_announcements_seq on announcements (seq);
