-- The double-entry ledger. Transfers and their entries are only ever added; a mistake is corrected by
-- an opposite transfer. An account's row carries its balance, so that one row lock decides who spends.
--
-- There are no foreign keys on the way of a posting: each would cost a look-up and a share lock per
-- row, on rows that everybody posts to. All rows are written by ledger_apply, which has the accounts
-- locked; checkBooks() verifies the references.

create table ledger_currencies (
  code text collate "C" not null,
  -- Digits after the point: amounts are whole numbers of the smallest unit.
  decimals smallint not null,
  constraint pk_ledger_currencies primary key (code),
  constraint chk_ledger_currencies_decimals check (decimals between 0 and 18)
);

insert into ledger_currencies (code, decimals)
values ('XTR', 0), ('RUB', 2), ('COIN', 0), ('USDT', 6), ('TON', 9);

-- What an account may do, by the longest prefix of its name; a name without a rule is refused, so a
-- misspelt one cannot collect money. A new kind of account is one row here.
create table ledger_account_rules (
  prefix text collate "C" not null,
  -- What a provider holds for us and what we spent run negative; what we owe never does.
  may_be_negative boolean not null,
  single_currency boolean not null,
  constraint pk_ledger_account_rules primary key (prefix),
  constraint chk_ledger_account_rules_prefix check (prefix like '%/')
);

insert into ledger_account_rules (prefix, may_be_negative, single_currency)
values
  ('user/', false, false),
  ('raffle/', false, true),
  ('payment/', false, true),
  ('payout/', false, true),
  ('treasury/', false, false),
  ('treasury/expense/', true, false),
  ('provider/', true, false);

create table ledger_accounts (
  id bigint generated always as identity,
  name text collate "C" not null,
  currency text collate "C" not null,
  may_be_negative boolean not null,
  single_currency boolean not null,
  -- Credits less debits, and the part of it that open holds reserve.
  balance_minor bigint not null default 0,
  held_minor bigint not null default 0,
  -- The number of entries.
  version bigint not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  constraint pk_ledger_accounts primary key (id),
  constraint uq_ledger_accounts_name_currency unique (name, currency),
  constraint chk_ledger_accounts_held check (held_minor >= 0),
  -- Half of what a bigint holds, so that no sum or difference of two of them overflows.
  constraint chk_ledger_accounts_range check (
    balance_minor between -4611686018427387903 and 4611686018427387903
    and held_minor <= 4611686018427387903
  ),
  constraint chk_ledger_accounts_available check (
    may_be_negative or balance_minor - held_minor >= 0
  )
  -- Room for the next version of a row on its own page, and no index on what a posting changes: an
  -- update touches no index.
) with (fillfactor = 50);

create unique index uq_ledger_accounts_single_currency on ledger_accounts (name)
  where single_currency;

-- One row for each thing that happened to money. A hold reserves; post, void and expire resolve it;
-- a reversal undoes a transfer or a post.
create table ledger_transfers (
  -- Taken while the accounts are locked, so it rises with the version of each account. The sequence
  -- must not be given a cache.
  id bigint not null,
  from_account bigint not null,
  to_account bigint not null,
  minor bigint not null,
  event_at timestamptz not null,
  -- The time of writing, under the locks, and not that of the transaction's start.
  created_at timestamptz not null default clock_timestamp(),
  -- The hold that is resolved, or the transfer that is reversed.
  original_id bigint,
  expires_at timestamptz,
  cause_revision bigint,
  kind text collate "C" not null,
  key text collate "C" not null,
  type text collate "C" not null,
  external_id text collate "C",
  group_key text collate "C",
  cause_actor text collate "C",
  cause_event text collate "C",
  constraint pk_ledger_transfers primary key (id),
  constraint uq_ledger_transfers_key unique (key),
  constraint chk_ledger_transfers_minor check (minor > 0),
  constraint chk_ledger_transfers_accounts check (from_account <> to_account),
  constraint chk_ledger_transfers_kind check (
    kind in ('transfer', 'hold', 'post', 'void', 'expire', 'reversal')
  ),
  constraint chk_ledger_transfers_original check (
    (original_id is null) = (kind in ('transfer', 'hold'))
  )
);

create sequence ledger_transfers_id_seq owned by ledger_transfers.id;

-- A hold is resolved once and a transfer reversed once, whatever the code above it does.
create unique index uq_ledger_transfers_original on ledger_transfers (original_id)
  where original_id is not null;

-- The history of an account's holds, which have no entries.
create index ix_ledger_transfers_holds on ledger_transfers (from_account, id) where kind = 'hold';

-- The two sides of each transfer, post and reversal.
create table ledger_entries (
  account_id bigint not null,
  transfer_id bigint not null,
  version bigint not null,
  previous_minor bigint not null,
  current_minor bigint not null,
  -- In this order a page of an account's history is one range of the index.
  constraint pk_ledger_entries primary key (account_id, transfer_id),
  constraint chk_ledger_entries_version check (version > 0),
  constraint chk_ledger_entries_change check (previous_minor <> current_minor)
);

create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'Cannot % %: the ledger is only added to; post a reversal',
    lower(tg_op), tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger ledger_transfers_append_only before update or delete or truncate
  on ledger_transfers for each statement execute function ledger_refuse_change();
create trigger ledger_entries_append_only before update or delete or truncate
  on ledger_entries for each statement execute function ledger_refuse_change();
create trigger ledger_currencies_append_only before update or delete or truncate
  on ledger_currencies for each statement execute function ledger_refuse_change();
create trigger ledger_accounts_keep_identity
  before update of id, name, currency, may_be_negative, single_currency
  on ledger_accounts for each statement execute function ledger_refuse_change();
create trigger ledger_accounts_keep_used before delete on ledger_accounts
  for each row when (old.version > 0 or old.held_minor > 0)
  execute function ledger_refuse_change();
create trigger ledger_accounts_keep_all before truncate on ledger_accounts
  for each statement execute function ledger_refuse_change();

-- Also for sessions that replay a replication stream.
alter table ledger_transfers enable always trigger ledger_transfers_append_only;
alter table ledger_entries enable always trigger ledger_entries_append_only;
alter table ledger_currencies enable always trigger ledger_currencies_append_only;
alter table ledger_accounts enable always trigger ledger_accounts_keep_identity;
alter table ledger_accounts enable always trigger ledger_accounts_keep_used;
alter table ledger_accounts enable always trigger ledger_accounts_keep_all;

-- Why an account could not be created.
create function ledger_missing_account(p_name text, p_currency text)
returns text stable language sql as $$
  select case
    when not exists (select from ledger_currencies c where c.code = p_currency)
      then 'unknownCurrency'
    when not exists (
      select from ledger_account_rules r where starts_with(p_name || '/', r.prefix)
    ) then 'unknownAccount'
    else 'currencyMismatch'
  end
$$;

-- Applies the items in their order and answers each: 'posted', 'exists', or why it was refused.
-- A refused item writes nothing and leaves its key free.
--
-- p_names/p_currencies are the distinct accounts, sorted: they are created, then locked, in this one
-- order, which is what keeps two calls from a deadlock. p_from/p_to are positions in that list.
-- The items of a group stand together. p_faults holds a reason where the caller refuses an item.
-- p_groups, p_original_ids and p_faults are null when no item has one.
create function ledger_apply(
  p_names text[], p_currencies text[],
  p_kinds text[], p_keys text[], p_from int[], p_to int[], p_minor bigint[], p_types text[],
  p_external_ids text[], p_cause_actors text[], p_cause_revisions bigint[], p_cause_events text[],
  p_event_at_ms bigint[], p_expires_at_ms bigint[],
  p_groups text[], p_original_ids bigint[], p_faults text[]
) returns text[] language plpgsql as $$
declare
  v_limit constant bigint := 4611686018427387903;
  v_count constant int := cardinality(p_keys);
  v_accounts bigint[] := array_fill(null::bigint, array[cardinality(p_names)]);
  v_negative boolean[] := array_fill(false, array[cardinality(p_names)]);
  v_locked_balances bigint[] := array_fill(0::bigint, array[cardinality(p_names)]);
  v_locked_held bigint[] := v_locked_balances;
  v_locked_versions bigint[] := v_locked_balances;
  v_balances bigint[];
  v_held bigint[];
  v_versions bigint[];
  v_created bigint[];
  -- Per item: what the books already say, and what is to be written.
  v_found text[];
  v_obstacles text[];
  v_original_minor bigint[];
  v_verdicts text[];
  v_ids bigint[];
  v_moves bigint[];
  v_from_versions bigint[];
  v_to_versions bigint[];
  v_from_previous bigint[];
  v_to_previous bigint[];
  v_originals_done bigint[];
  v_originals_how text[];
  -- The group that is being applied, and the state to return to when it fails.
  v_group text;
  v_group_start int;
  v_group_posted boolean;
  v_group_known boolean;
  v_group_failed boolean;
  v_saved_balances bigint[];
  v_saved_held bigint[];
  v_saved_versions bigint[];
  v_saved_done int;
  -- The item that is being applied.
  v_kind text;
  v_from int;
  v_to int;
  v_move bigint;
  v_reserve bigint;
  v_verdict text;
  v_refused boolean;
  v_row record;
begin
  with created as (
    insert into ledger_accounts (name, currency, may_be_negative, single_currency)
    select w.name, w.currency, r.may_be_negative, r.single_currency
    from unnest(p_names, p_currencies) with ordinality as w (name, currency, position)
    join ledger_currencies c on c.code = w.currency
    cross join lateral (
      select x.may_be_negative, x.single_currency
      from ledger_account_rules x
      where starts_with(w.name || '/', x.prefix)
      order by length(x.prefix) desc
      limit 1
    ) r
    where (
      select a.id from ledger_accounts a where a.name = w.name and a.currency = w.currency
    ) is null
    order by w.position
    on conflict do nothing
    returning id
  )
  select array_agg(id) into v_created from created;

  for v_row in
    select w.position, a.id, a.may_be_negative, a.balance_minor, a.held_minor, a.version
    from unnest(p_names, p_currencies) with ordinality as w (name, currency, position)
    join ledger_accounts a on a.name = any(array[w.name]) and a.currency = w.currency
    order by w.position
    for no key update of a
  loop
    v_accounts[v_row.position] := v_row.id;
    v_negative[v_row.position] := v_row.may_be_negative;
    v_locked_balances[v_row.position] := v_row.balance_minor;
    v_locked_held[v_row.position] := v_row.held_minor;
    v_locked_versions[v_row.position] := v_row.version;
  end loop;

  for v_attempt in 1 .. 3 loop
    v_balances := v_locked_balances;
    v_held := v_locked_held;
    v_versions := v_locked_versions;
    v_found := array_fill(null::text, array[v_count]);
    v_verdicts := v_found;
    v_obstacles := v_found;
    v_ids := array_fill(null::bigint, array[v_count]);
    v_moves := v_ids;
    v_original_minor := v_ids;
    v_from_versions := v_ids;
    v_to_versions := v_ids;
    v_from_previous := v_ids;
    v_to_previous := v_ids;
    v_originals_done := '{}';
    v_originals_how := '{}';
    v_group := null;
    v_refused := false;

    -- A statement of its own, after the locks: it sees what was committed while they were waited for.
    -- Times and causes are no part of the content: a redelivered event may bear other ones.
    for v_row in
      select k.position,
        t.kind = p_kinds[k.position]
          and t.from_account is not distinct from v_accounts[p_from[k.position]]
          and t.to_account is not distinct from v_accounts[p_to[k.position]]
          and t.minor is not distinct from p_minor[k.position]
          and t.type = p_types[k.position]
          and t.external_id is not distinct from p_external_ids[k.position]
          and t.group_key is not distinct from p_groups[k.position]
          and t.original_id is not distinct from p_original_ids[k.position] as same
      from unnest(p_keys) with ordinality as k (key, position)
      join ledger_transfers t on t.key = any(array[k.key])
    loop
      v_found[v_row.position] := case when v_row.same then 'exists' else 'conflict' end;
    end loop;

    if p_original_ids is not null then
      for v_row in
        select x.position, o.minor,
          case
            when p_kinds[x.position] = 'reversal' and o.kind not in ('transfer', 'post')
              then 'notReversible'
            when p_kinds[x.position] <> 'reversal' and o.kind <> 'hold' then 'unknownHold'
            when r.kind = 'post' then 'alreadyPosted'
            when r.kind = 'void' then 'alreadyVoided'
            when r.kind = 'expire' then 'alreadyExpired'
            when r.kind = 'reversal' then 'alreadyReversed'
            when p_kinds[x.position] = 'post' and p_minor[x.position] > o.minor then 'exceedsHold'
            when p_kinds[x.position] = 'expire' and (
              o.expires_at is null
              or to_timestamp(p_event_at_ms[x.position] / 1000.0) < o.expires_at
            ) then 'notExpired'
          end as obstacle
        from unnest(p_original_ids) with ordinality as x (id, position)
        join ledger_transfers o on o.id = any(array[x.id])
        left join ledger_transfers r on r.original_id = o.id
      loop
        v_original_minor[v_row.position] := v_row.minor;
        v_obstacles[v_row.position] := v_row.obstacle;
      end loop;
    end if;

    for i in 1 .. v_count loop
      if p_groups[i] is distinct from v_group then
        v_group := p_groups[i];
        v_group_start := i;
        v_group_posted := false;
        v_group_known := false;
        v_group_failed := false;
        v_saved_balances := v_balances;
        v_saved_held := v_held;
        v_saved_versions := v_versions;
        v_saved_done := cardinality(v_originals_done);
      end if;
      v_kind := p_kinds[i];
      v_from := p_from[i];
      v_to := p_to[i];
      v_verdict := coalesce(p_faults[i], v_found[i]);

      if v_verdict is null then
        v_move := p_minor[i];
        v_reserve := 0;
        if v_kind = 'hold' then
          v_move := 0;
          v_reserve := p_minor[i];
        elsif v_kind = 'post' then
          v_reserve := -v_original_minor[i];
        elsif v_kind in ('void', 'expire') then
          v_move := 0;
          v_reserve := -v_original_minor[i];
        end if;

        v_verdict := case
          when v_group is not null and v_group_failed then 'groupRefused'
          -- A group that is in the books cannot grow.
          when v_group is not null and v_group_known then 'conflict'
          when v_accounts[v_from] is null
            then ledger_missing_account(p_names[v_from], p_currencies[v_from])
          when v_accounts[v_to] is null
            then ledger_missing_account(p_names[v_to], p_currencies[v_to])
          when p_original_ids[i] = any (v_originals_done)
            and v_obstacles[i] is distinct from 'notReversible'
            and v_obstacles[i] is distinct from 'unknownHold'
            then v_originals_how[array_position(v_originals_done, p_original_ids[i])]
          when v_obstacles[i] is not null then v_obstacles[i]
          when v_balances[v_from] - v_move < -v_limit
            or v_balances[v_to] + v_move > v_limit
            or v_held[v_from] + v_reserve > v_limit then 'outOfRange'
          when not v_negative[v_from]
            and v_balances[v_from] - v_held[v_from] < v_move + v_reserve then 'insufficientFunds'
          else 'posted'
        end;
      end if;
      v_verdicts[i] := v_verdict;

      if v_verdict = 'posted' then
        v_ids[i] := nextval('ledger_transfers_id_seq');
        v_moves[i] := v_move;
        if v_move > 0 then
          v_from_previous[i] := v_balances[v_from];
          v_to_previous[i] := v_balances[v_to];
          v_balances[v_from] := v_from_previous[i] - v_move;
          v_balances[v_to] := v_to_previous[i] + v_move;
          v_versions[v_from] := v_versions[v_from] + 1;
          v_versions[v_to] := v_versions[v_to] + 1;
          v_from_versions[i] := v_versions[v_from];
          v_to_versions[i] := v_versions[v_to];
        end if;
        if v_reserve <> 0 then
          v_held[v_from] := v_held[v_from] + v_reserve;
        end if;
        if v_kind not in ('transfer', 'hold') then
          v_originals_done := array_append(v_originals_done, p_original_ids[i]);
          v_originals_how := array_append(v_originals_how, case v_kind
            when 'post' then 'alreadyPosted'
            when 'void' then 'alreadyVoided'
            when 'expire' then 'alreadyExpired'
            else 'alreadyReversed'
          end);
        end if;
        v_group_posted := true;
      elsif v_verdict <> 'exists' then
        v_refused := true;
      end if;

      if v_group is not null then
        if v_verdict = 'exists' then
          v_group_known := true;
        end if;
        if not v_group_failed and (
          v_verdict not in ('posted', 'exists') or (v_group_known and v_group_posted)
        ) then
          v_group_failed := true;
          v_refused := true;
          v_balances := v_saved_balances;
          v_held := v_saved_held;
          v_versions := v_saved_versions;
          v_originals_done := v_originals_done[1:v_saved_done];
          v_originals_how := v_originals_how[1:v_saved_done];
          for j in v_group_start .. i loop
            if v_ids[j] is not null then
              v_ids[j] := null;
              v_verdicts[j] := case when v_group_known then 'conflict' else 'groupRefused' end;
            end if;
          end loop;
        end if;
      end if;
    end loop;

    begin
      insert into ledger_transfers (
        id, kind, key, from_account, to_account, minor, type, external_id, group_key, original_id,
        event_at, expires_at, cause_actor, cause_revision, cause_event
      )
      select u.id, u.kind, u.key, v_accounts[u.from_position], v_accounts[u.to_position], u.minor,
        u.type, u.external_id, u.group_key, u.original_id,
        to_timestamp(u.event_at_ms::float8 / 1000), to_timestamp(u.expires_at_ms::float8 / 1000),
        u.cause_actor, u.cause_revision, u.cause_event
      from unnest(
        v_ids, p_kinds, p_keys, p_from, p_to, p_minor, p_types, p_external_ids, p_groups,
        p_original_ids, p_event_at_ms, p_expires_at_ms, p_cause_actors, p_cause_revisions,
        p_cause_events
      ) as u (
        id, kind, key, from_position, to_position, minor, type, external_id, group_key,
        original_id, event_at_ms, expires_at_ms, cause_actor, cause_revision, cause_event
      )
      where u.id is not null;
      exit;
    exception when unique_violation then
      -- The same key with other accounts, committed elsewhere since we looked: look again.
      if v_attempt = 3 then
        raise;
      end if;
    end;
  end loop;

  insert into ledger_entries (account_id, transfer_id, version, previous_minor, current_minor)
  select v_accounts[u.position], u.id, u.version, u.previous_minor, u.previous_minor - u.move
  from unnest(v_ids, v_moves, p_from, v_from_versions, v_from_previous)
    as u (id, move, position, version, previous_minor)
  where u.id is not null and u.move > 0
  union all
  select v_accounts[u.position], u.id, u.version, u.previous_minor, u.previous_minor + u.move
  from unnest(v_ids, v_moves, p_to, v_to_versions, v_to_previous)
    as u (id, move, position, version, previous_minor)
  where u.id is not null and u.move > 0;

  update ledger_accounts a
  set balance_minor = u.balance_minor, held_minor = u.held_minor, version = u.version
  from unnest(v_accounts, v_balances, v_held, v_versions, v_locked_held, v_locked_versions)
    as u (id, balance_minor, held_minor, version, locked_held, locked_version)
  where a.id = any(array[u.id]) and (u.version <> u.locked_version or u.held_minor <> u.locked_held);

  -- A refusal leaves no account behind.
  if v_refused and v_created is not null then
    delete from ledger_accounts a
    where a.id = any (v_created) and not exists (
      select from unnest(v_ids, p_from, p_to) as u (id, from_position, to_position)
      where u.id is not null
        and a.id in (v_accounts[u.from_position], v_accounts[u.to_position])
    );
  end if;

  return v_verdicts;
end $$;

-- What is wrong with the books, one row per problem, in one statement: it sees one moment, also while
-- others post. It reads everything, so it wants the joins that sessions of the runtime have turned
-- off.
create function ledger_problems(p_limit int) returns setof text stable language sql
set enable_seqscan = on set enable_hashjoin = on set enable_mergejoin = on
as $$
  with chain as materialized (
    select e.account_id, e.transfer_id, e.version, e.previous_minor, e.current_minor,
      row_number() over following as position,
      lag(e.current_minor, 1, 0::bigint) over following as expected_minor
    from ledger_entries e
    window following as (partition by e.account_id order by e.transfer_id)
  ),
  sums as materialized (
    select c.account_id, count(*) as entries, sum(c.current_minor - c.previous_minor) as minor
    from chain c group by c.account_id
  ),
  open_holds as materialized (
    select h.from_account as account_id, sum(h.minor) as minor
    from ledger_transfers h
    where h.kind = 'hold'
      and not exists (select from ledger_transfers r where r.original_id = h.id)
    group by h.from_account
  ),
  sides as materialized (
    select e.transfer_id, count(*) as entries, sum(e.current_minor - e.previous_minor) as minor
    from ledger_entries e group by e.transfer_id
  )
  select format('Currency %s sums to %s, not 0', a.currency, sum(a.balance_minor)) as problem
  from ledger_accounts a group by a.currency having sum(a.balance_minor) <> 0
  union all
  select format('Account %s %s has balance %s and version %s, its %s entries sum to %s', a.name,
    a.currency, a.balance_minor, a.version, coalesce(s.entries, 0), coalesce(s.minor, 0))
  from ledger_accounts a left join sums s on s.account_id = a.id
  where a.balance_minor <> coalesce(s.minor, 0) or a.version <> coalesce(s.entries, 0)
  union all
  select format('Account %s %s holds %s, its open holds sum to %s', a.name, a.currency,
    a.held_minor, coalesce(h.minor, 0))
  from ledger_accounts a left join open_holds h on h.account_id = a.id
  where a.held_minor <> coalesce(h.minor, 0)
  union all
  select format('Account %s %s has %s of which %s held, below zero', a.name, a.currency,
    a.balance_minor, a.held_minor)
  from ledger_accounts a
  where a.held_minor < 0 or not a.may_be_negative and a.balance_minor < a.held_minor
  union all
  select format('Account %s has a gap at entry %s: version %s, previous %s, expected %s',
    c.account_id, c.position, c.version, c.previous_minor, c.expected_minor)
  from chain c where c.version <> c.position or c.previous_minor <> c.expected_minor
  union all
  select format('Transfer %s (%s) of %s has %s entries that sum to %s', t.key, t.kind, t.minor,
    coalesce(s.entries, 0), coalesce(s.minor, 0))
  from ledger_transfers t left join sides s on s.transfer_id = t.id
  where coalesce(s.minor, 0) <> 0
    or coalesce(s.entries, 0) <> case when t.kind in ('transfer', 'post', 'reversal') then 2 else 0 end
  union all
  select format('Account %s has an entry of transfer %s that does not name it', e.account_id,
    e.transfer_id)
  from ledger_entries e left join ledger_transfers t on t.id = e.transfer_id
  where case e.account_id
    when t.from_account then e.current_minor - e.previous_minor <> -t.minor
    when t.to_account then e.current_minor - e.previous_minor <> t.minor
    else true
  end
  union all
  select format('Transfer %s goes from account %s to account %s, which are unknown or differ in currency',
    t.key, t.from_account, t.to_account)
  from ledger_transfers t
  left join ledger_accounts f on f.id = t.from_account
  left join ledger_accounts o on o.id = t.to_account
  where f.currency is distinct from o.currency or f.id is null
  union all
  select format('Transfer %s (%s) does not fit its original %s', t.key, t.kind, t.original_id)
  from ledger_transfers t left join ledger_transfers o on o.id = t.original_id
  where t.original_id is not null and not coalesce(
    case t.kind
      when 'reversal' then o.kind in ('transfer', 'post') and t.minor = o.minor
        and t.from_account = o.to_account and t.to_account = o.from_account
      else o.kind = 'hold' and t.minor <= o.minor
        and t.from_account = o.from_account and t.to_account = o.to_account
    end, false)
  limit p_limit
$$;
