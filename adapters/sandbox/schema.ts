/**
 * The layout of the sandbox's books. Constraints state what Telegram itself would never let happen
 * (a charge twice, a person with less than nothing), so that a fault of the stand-in is loud.
 */

const FIRST = `
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

/** Gifts, Premium, and transactions that say themselves who the partner was. */
const GIFTS = `
alter table people add column accepted_gifts text;
alter table people add column premium_until integer;
alter table bots add column nanos integer not null default 0;
alter table star_transactions add column nanos integer not null default 0;
alter table star_transactions add column kind text not null default 'other';
alter table star_transactions add column partner text not null default '{"type":"other"}';
update star_transactions set kind = 'withdrawal',
  partner = '{"type":"fragment","withdrawal_state":{"type":"pending"}}' where person_id is null;
update star_transactions set kind = case is_incoming when 1 then 'payment' else 'refund' end,
  partner = json_object('type', 'user', 'transaction_type', 'invoice_payment', 'user',
    (select json_patch('{}', json_object('id', id, 'is_bot', json('false'), 'first_name', first_name,
       'last_name', last_name, 'username', username, 'language_code', language_code))
     from people where people.id = person_id),
    'invoice_payload', payload)
  where person_id is not null;
alter table star_transactions drop column payload;
alter table bots drop column withdrawn;

create table sent_gifts (
  transaction_id text primary key,
  bot_id integer not null,
  person_id integer,
  chat_id integer,
  gift_id text,
  month_count integer,
  stars integer not null check (stars > 0),
  text text not null,
  sent_at integer not null,
  constraint chk_one_receiver check ((person_id is null) <> (chat_id is null)),
  constraint chk_gift_or_premium check ((gift_id is null) <> (month_count is null))
) strict;
create index sent_gifts_by_person on sent_gifts (person_id);
create index sent_gifts_by_gift on sent_gifts (gift_id, bot_id);
`;

/** Channels and groups, pins, paid broadcasts. */
const ROOMS = `
create table rooms (
  id integer primary key check (id < -1000000000000),
  type text not null check (type in ('channel', 'supergroup')),
  title text not null,
  username text collate nocase unique,
  owner_id integer not null,
  last_message_id integer not null default 0,
  revision integer not null default 0
) strict;

create table room_members (
  room_id integer not null,
  person_id integer not null,
  status text not null check (status in ('creator', 'member', 'left')),
  primary key (room_id, person_id)
) strict;
create index room_members_by_person on room_members (person_id);

create table room_bots (
  room_id integer not null,
  bot_id integer not null,
  status text not null check (status in ('administrator', 'member', 'left', 'kicked')),
  rights text not null,
  primary key (room_id, bot_id)
) strict;

create table posts (
  room_id integer not null,
  message_id integer not null,
  bot_id integer not null,
  content text not null,
  is_deleted integer not null default 0,
  is_pinned integer not null default 0,
  revision integer not null,
  primary key (room_id, message_id)
) strict;

alter table messages add column is_pinned integer not null default 0;
alter table bots add column pays_for_broadcasts integer not null default 0;
`;

/** Basic groups, which become supergroups with another id. */
const GROUPS = `
create table wider_rooms (
  id integer primary key check (id < 0),
  type text not null check (type in ('channel', 'supergroup', 'group')),
  title text not null,
  username text collate nocase unique,
  owner_id integer not null,
  last_message_id integer not null default 0,
  revision integer not null default 0,
  upgraded_to integer
) strict;
insert into wider_rooms (id, type, title, username, owner_id, last_message_id, revision)
  select id, type, title, username, owner_id, last_message_id, revision from rooms;
drop table rooms;
alter table wider_rooms rename to rooms;
`;

/** YooKassa: what it knows of one shop and one payout gateway. Sums are whole kopecks. */
const YOOKASSA = `
create table yookassa_objects (
  seq integer primary key,
  id text not null unique,
  kind text not null check (kind in ('payment', 'refund', 'payout', 'personal_data')),
  object text not null,
  hidden text not null
) strict;
create index yookassa_objects_by_kind on yookassa_objects (kind, seq);
create index yookassa_refunds_by_payment on yookassa_objects (json_extract(object, '$.payment_id'))
  where kind = 'refund';

create table yookassa_entries (
  seq integer primary key,
  account text not null check (account in ('shop', 'gateway')),
  kind text not null,
  amount integer not null,
  ref text not null,
  at integer not null,
  constraint uq_yookassa_entry unique (account, kind, ref)
) strict;

create table yookassa_keys (
  account text not null,
  key text not null,
  digest text not null,
  object_id text,
  refusal text,
  at integer not null,
  primary key (account, key),
  constraint chk_one_answer check ((object_id is null) <> (refusal is null))
) strict;

create table yookassa_jobs (
  id integer primary key,
  kind text not null,
  ref text not null,
  due_at integer not null
) strict;
create index yookassa_jobs_due on yookassa_jobs (due_at);

create table yookassa_notices (
  id integer primary key,
  event text not null,
  object_id text not null,
  body text not null,
  is_forged integer not null default 0,
  created_at integer not null,
  state text not null check (state in ('pending', 'delivered', 'expired', 'never')),
  failures integer not null default 0,
  deliveries integer not null default 0,
  repeats integer not null default 0
) strict;

create table yookassa_tokens (token text primary key, card text not null) strict;
create table yookassa_phones (phone text primary key, owner text not null) strict;

create table yookassa_calls (
  id integer primary key,
  account_id text not null,
  at integer not null,
  method text not null,
  key text,
  path text not null,
  body text not null,
  status integer not null,
  answer text not null,
  fault text
) strict;
`;

/**
 * The steps by which a file comes to be what this sandbox knows; each is run once, in order, and
 * never changed afterwards.
 */
export const LAYOUTS: readonly string[] = [FIRST, GIFTS, ROOMS, GROUPS, YOOKASSA];
