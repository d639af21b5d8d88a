-- The admin panel: the log of what admins ordered, and figures of days that are over.

-- Every command of an admin in the order in which they came. The outcome comes when it is carried
-- out; besides that nothing is changed, and nothing is deleted.
create table audit_log (
  id bigint generated always as identity constraint pk_audit_log primary key,
  -- The same for every delivery of one command.
  key text not null constraint uq_audit_log_key unique,
  at_ms bigint not null,
  admin_id text not null,
  role text not null,
  what text not null,
  -- A raffle's id or a letter's number; empty when it names none.
  target text not null,
  detail text not null,
  outcome text
) with (fillfactor = 80);

create function audit_log_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'Cannot % audit_log: it is only added to', lower(tg_op)
    using errcode = 'restrict_violation';
end $$;
create trigger audit_log_append_only before delete or truncate on audit_log
  for each statement execute function audit_log_refuse_change();
create trigger audit_log_keep_command
  before update of id, key, at_ms, admin_id, role, what, target, detail on audit_log
  for each statement execute function audit_log_refuse_change();
create trigger audit_log_keep_outcome before update of outcome on audit_log
  for each row when (old.outcome is not null) execute function audit_log_refuse_change();

-- Figures of days (UTC) that are over; amounts in Stars.
create table panel_days (
  -- Days since 1970-01-01.
  day int constraint pk_panel_days primary key,
  tickets bigint not null,
  -- Different players with a ticket of that day, and those of them whose first one it was.
  players bigint not null,
  new_players bigint not null,
  pots_minor bigint not null,
  commission_minor bigint not null,
  prizes_minor bigint not null,
  refunds_minor bigint not null
);

-- What a day brought is found by its time. Both tables are written in about that order, for which the
-- coarsest of indexes will do.
create index ix_tickets_at on tickets using brin (at_ms) with (autosummarize = on);
create index ix_ledger_transfers_created on ledger_transfers using brin (created_at)
  with (autosummarize = on);
