-- Where each charge lies, Telegram's books of Stars as they were read, and what in them is not ours.

-- One row for each charge, written with its receipt. Whoever moves its Stars locks it first, so that
-- a sweep and a refund of one moment agree on the account.
create table charges (
  charge_id text constraint pk_charges primary key,
  -- Null only for charges of before this table: who paid them is not known by the books alone.
  payer_id text,
  minor bigint not null,
  currency text not null,
  received_at_ms bigint not null,
  -- 'settling' until it is 21 days old, then 'available'; 'gone' when it was refunded or taken back.
  lies text not null constraint chk_charges_lies check (lies in ('settling', 'available', 'gone')),
  -- Where a charge that is gone lay, so that a repeat finds the same account.
  left_from text constraint chk_charges_left_from check (left_from in ('settling', 'available')),
  -- Whether Telegram's books were seen to have its receipt, and its return.
  is_receipt_seen boolean not null default false,
  is_return_seen boolean not null default false,
  gone_at_ms bigint,
  constraint chk_charges_gone check ((lies = 'gone') = (left_from is not null and gone_at_ms is not null))
) with (fillfactor = 80);
create index ix_charges_settling on charges (received_at_ms, charge_id) include (minor)
  where lies = 'settling' and currency = 'XTR';
create index ix_charges_receipt_unseen on charges (received_at_ms) include (minor)
  where not is_receipt_seen and currency = 'XTR';
create index ix_charges_return_unseen on charges (gone_at_ms) include (minor)
  where lies = 'gone' and not is_return_seen and currency = 'XTR';

insert into charges (charge_id, payer_id, minor, currency, received_at_ms, lies, left_from, gone_at_ms)
select r.external_id, p.player_id, r.minor, a.currency,
  (extract(epoch from r.event_at) * 1000)::bigint,
  case when g.event_at is null then 'settling' else 'gone' end,
  case when g.event_at is not null then 'settling' end,
  (extract(epoch from g.event_at) * 1000)::bigint
from ledger_transfers r
join ledger_accounts a on a.id = r.from_account
left join payments p on p.charge_id = r.external_id
left join lateral (
  select min(t.event_at) as event_at from ledger_transfers t
  where t.key in ('charge/' || r.external_id || '/returned', 'charge/' || r.external_id || '/chargeback')
) g on true
where r.key = 'charge/' || r.external_id || '/received'
on conflict (charge_id) do nothing;

-- Telegram's books of Stars, row by row as they were read; position 0 is the oldest.
create table star_books (
  transaction_id text not null,
  direction text not null constraint chk_star_books_direction check (direction in ('in', 'out')),
  position bigint not null,
  -- Billionths of a Star.
  nanos bigint not null,
  at_ms bigint not null,
  -- 'user/invoice_payment', 'user/gift_purchase', 'fragment', 'telegram_api', …
  partner text not null,
  -- The row as Telegram gave it, JSON text.
  raw text not null,
  -- The reading that saw it last.
  run bigint not null,
  -- What of ours it is; null while it is nothing of ours.
  ours text,
  constraint pk_star_books primary key (transaction_id, direction)
);
create index ix_star_books_position on star_books (position);
create index ix_star_books_unknown on star_books (position) include (nanos) where ours is null;

-- How far they were read.
create table star_books_reading (
  is_one boolean constraint pk_star_books_reading primary key default true
    constraint chk_star_books_reading check (is_one),
  run bigint not null,
  next_position bigint not null,
  -- Incoming less outgoing of all rows, billionths.
  nanos bigint not null,
  -- Read from the beginning again, because the past had changed.
  is_again boolean not null,
  -- The balance that Telegram named at the end of the last reading, billionths; null until then.
  balance_nanos bigint,
  read_at_ms bigint not null,
  -- By how much our books and Telegram's differed last time, beyond what is known; null: they did not.
  difference_nanos bigint
);

-- Prizes that were sent and not met in Telegram's books yet.
create index ix_withdrawals_unfound on withdrawals (closed_at_ms) include (minor)
  where status = 'done' and transaction_id is null and attempted_at_ms is not null;

-- What the owner says he has put in or taken out; it counts once Telegram's books show it.
create table owner_moves (
  id bigint generated always as identity constraint pk_owner_moves primary key,
  -- Of the step that recorded it: a repeat of the step records nothing twice.
  key text not null constraint uq_owner_moves_key unique,
  kind text not null constraint chk_owner_moves_kind check (kind in ('topUp', 'withdrawal')),
  stars bigint not null constraint chk_owner_moves_stars check (stars > 0),
  said_by text not null,
  said_at_ms bigint not null,
  transaction_id text
);
create index ix_owner_moves_open on owner_moves (kind, stars, id) where transaction_id is null;

-- What does not agree, one row for each thing, until an admin has acknowledged it.
create table reconciliation_findings (
  id bigint generated always as identity constraint pk_reconciliation_findings primary key,
  -- What it is about: found again, it is the same finding.
  key text not null constraint uq_reconciliation_findings_key unique,
  kind text not null,
  -- The row or figures, JSON text.
  detail text not null,
  found_at_ms bigint not null,
  is_told boolean not null default false,
  acknowledged_at_ms bigint,
  acknowledged_by text,
  reason text
);
create index ix_reconciliation_findings_open on reconciliation_findings (id)
  where acknowledged_at_ms is null;
create index ix_reconciliation_findings_untold on reconciliation_findings (id) where not is_told;
