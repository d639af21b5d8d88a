-- Prizes that leave: what was asked for, what became of it, and which of Telegram's transactions it is.

create table withdrawals (
  withdrawal_id text constraint pk_withdrawals primary key,
  player_id text not null,
  -- PrizeChoice as JSON.
  choice text not null,
  minor bigint not null,
  currency text not null,
  status text not null,
  -- Not finished: a player has one at a time.
  is_open boolean not null,
  asked_at_ms bigint not null,
  -- From when on Telegram may have been asked to send it.
  attempted_at_ms bigint,
  closed_at_ms bigint,
  -- Telegram's id of the purchase: it accounts for one withdrawal only.
  transaction_id text constraint uq_withdrawals_transaction unique
) with (fillfactor = 70);
create unique index uq_withdrawals_open on withdrawals (player_id) where is_open;
create index ix_withdrawals_player on withdrawals (player_id, asked_at_ms);

-- The withdrawal that gave the payment's charge back as a prize: a charge is used once.
alter table payments add column spent_by text;
