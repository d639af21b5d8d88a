-- The player's bot: cards that follow their raffle, figures for everybody, a history that can be
-- paged, the log of everything that a player did, disputes, and the end of a player's data.

-- The message in which a player has the card of a raffle open last.
create table raffle_cards (
  raffle_id text not null,
  player_id text not null,
  chat_id bigint not null,
  message_id bigint not null,
  touched_at_ms bigint not null,
  constraint pk_raffle_cards primary key (raffle_id, player_id)
);
create index ix_raffle_cards_touched on raffle_cards (raffle_id, touched_at_ms, player_id);
create index ix_raffle_cards_player on raffle_cards (player_id);

create index ix_raffles_status on raffles (status, closes_at_ms);
-- Whether the ended raffle is in raffle_totals.
alter table raffles add column is_counted boolean not null default false;

-- What has come of all ended raffles, per currency.
create table raffle_totals (
  currency text constraint pk_raffle_totals primary key,
  drawn bigint not null,
  refunded bigint not null,
  -- Of drawn raffles.
  tickets bigint not null,
  prizes_minor bigint not null,
  largest_minor bigint not null
);

with pots as (
  select r.status = 'settled' as is_drawn, r.tickets, r.terms::json -> 'price' ->> 'currency' as currency,
    (r.terms::json -> 'price' ->> 'minor')::bigint * r.tickets as pot,
    (r.terms::json ->> 'commissionBps')::bigint as bps
  from raffles r where r.status in ('settled', 'refunded')
)
insert into raffle_totals (currency, drawn, refunded, tickets, prizes_minor, largest_minor)
select p.currency, count(*) filter (where p.is_drawn), count(*) filter (where not p.is_drawn),
  coalesce(sum(p.tickets) filter (where p.is_drawn), 0),
  coalesce(sum(p.pot - p.pot * p.bps / 10000) filter (where p.is_drawn), 0),
  coalesce(max(p.pot - p.pot * p.bps / 10000) filter (where p.is_drawn), 0)
from pots p group by p.currency;
update raffles set is_counted = true where status in ('settled', 'refunded');

-- Pages of a player's history go by seq; those recorded before have the time 0.
alter table payments add column seq bigint generated always as identity;
alter table payments add column at_ms bigint not null default 0;
create index ix_payments_player on payments (player_id, seq);

-- Charges on their way back, to the one who paid them.
create table refunds (
  refund_id text constraint pk_refunds primary key,
  seq bigint generated always as identity,
  player_id text not null,
  payment_id text not null,
  raffle_id text not null,
  charge_id text not null,
  minor bigint not null,
  currency text not null,
  reason text not null,
  status text not null,
  at_ms bigint not null
) with (fillfactor = 80);
create index ix_refunds_player on refunds (player_id, seq);

-- Everything that a player did and that was done for him, in order. It holds ids, never words of his.
create table player_log (
  id bigint generated always as identity constraint pk_player_log primary key,
  player_id text not null,
  at_ms bigint not null,
  what text not null,
  detail text not null,
  raffle_id text,
  payment_id text,
  charge_id text,
  minor bigint,
  currency text
);
create index ix_player_log_player on player_log (player_id, id);

-- Questions about payments. Open ones stay until an admin has answered.
create table disputes (
  dispute_id text constraint pk_disputes primary key,
  seq bigint generated always as identity,
  player_id text not null,
  payment_id text,
  charge_id text,
  words text not null,
  status text not null,
  answer text,
  answered_by text,
  at_ms bigint not null,
  answered_at_ms bigint
);
create index ix_disputes_open on disputes (seq) where status = 'open';
create index ix_disputes_player on disputes (player_id);

-- Whose update it was, so that his name can be taken out.
alter table unroutable add column player_id text;
update unroutable set player_id = 'tg-' || substring(incoming from '"from":\{"id":([0-9]+)');
create index ix_unroutable_player on unroutable (player_id) where player_id is not null;
