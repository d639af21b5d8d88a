/**
 * The layout of the sandbox's books. Constraints state what Telegram itself would never let happen
 * (a charge twice, a person with less than nothing), so that a fault of the stand-in is loud.
 */

/** Written to `user_version`; a file with another number is refused. */
export const SCHEMA_VERSION = 1;

/** All tables, created once. */
export const SCHEMA = `
create table settings (key text primary key, value text not null) strict;
create table counters (name text primary key, value integer not null) strict;

create table bots (
  id integer primary key,
  token text not null unique,
  username text not null,
  last_update_id integer not null,
  allowed_updates text,
  webhook text,
  last_error_at integer,
  last_error text,
  balance integer not null default 0,
  withdrawn integer not null default 0
) strict;

create table people (
  id integer primary key,
  first_name text not null,
  last_name text,
  username text,
  language_code text,
  stars integer not null check (stars >= 0)
) strict;

create table chats (
  bot_id integer not null,
  person_id integer not null,
  is_started integer not null default 0,
  is_blocked integer not null default 0,
  revision integer not null default 0,
  primary key (bot_id, person_id)
) strict;

create table messages (
  bot_id integer not null,
  message_id integer not null,
  person_id integer not null,
  from_bot integer not null,
  content text not null,
  invoice_id text,
  is_deleted integer not null default 0,
  revision integer not null,
  primary key (bot_id, message_id)
) strict;
create index messages_by_chat on messages (bot_id, person_id, revision);

create table files (file_id text primary key, bot_id integer not null, name text not null, type text not null, bytes blob not null) strict;

create table callbacks (
  id text primary key,
  bot_id integer not null,
  person_id integer not null,
  asked_at integer not null,
  answer_text text,
  show_alert integer not null default 0,
  answered_at integer,
  revision integer
) strict;

create table invoices (
  id text primary key,
  bot_id integer not null,
  person_id integer,
  message_id integer,
  link text unique,
  payload text not null,
  amount integer not null check (amount between 1 and 100000),
  start_parameter text not null,
  is_paid integer not null default 0
) strict;

create table checkouts (
  id text primary key,
  bot_id integer not null,
  person_id integer not null,
  invoice_id text not null references invoices (id),
  amount integer not null,
  payload text not null,
  is_forwarded integer not null,
  status text not null,
  hold text,
  hold_until integer,
  declines_after integer not null default 0,
  error text,
  asked_at integer not null,
  update_id integer,
  payment_update_id integer,
  charge_id text
) strict;
create index checkouts_open on checkouts (status) where status in ('waiting', 'held');

create table charges (
  id text primary key,
  bot_id integer not null,
  person_id integer not null,
  amount integer not null,
  payload text not null,
  provider_charge_id text not null,
  paid_at integer not null,
  refunded_at integer,
  refund_kind text
) strict;

create table star_transactions (
  seq integer primary key,
  bot_id integer not null,
  id text not null,
  is_incoming integer not null,
  amount integer not null,
  at integer not null,
  person_id integer,
  payload text,
  constraint uq_star_transaction unique (bot_id, id, is_incoming)
) strict;

create table updates (
  bot_id integer not null,
  update_id integer not null,
  type text not null,
  queue text not null,
  content text not null,
  created_at integer not null,
  expires_at integer not null,
  state text not null default 'pending',
  failures integer not null default 0,
  delay integer not null default 1000,
  wake_at integer not null,
  repeats integer not null default 0,
  primary key (bot_id, update_id)
) strict;
create index updates_pending on updates (bot_id, update_id) where state = 'pending';

create table calls (
  id integer primary key,
  bot_id integer not null,
  at integer not null,
  method text not null,
  params text not null,
  answer text not null,
  fault text
) strict;

create table faults (id integer primary key, content text not null, times_left integer not null) strict;

create table violations (bot_id integer not null, chat_id integer, at integer not null) strict;

create table random_keys (
  api_key text primary key,
  hashed text not null,
  created_at integer not null,
  serial integer not null default 0,
  day text not null,
  bits_left integer not null,
  requests_left integer not null,
  total_bits integer not null default 0,
  total_requests integer not null default 0
) strict;

create table random_tickets (
  ticket_id text primary key,
  api_key text not null,
  show_result integer not null,
  created_at integer not null,
  expires_at integer not null,
  used_at integer,
  serial integer,
  previous_id text,
  next_id text
) strict;

create table random_results (
  api_key text not null,
  serial integer not null,
  content text not null,
  primary key (api_key, serial)
) strict;
`;
