-- What was wrong with findings, sums of the two books, and words to admins.

-- A finding has its key as long as what it is about shows: what shows again later is a new one.
alter table reconciliation_findings alter column key drop not null;

-- A withdrawal can know its purchase before Telegram's books were read so far. Only a row that was met
-- there counts as met. (`star_books_reading.difference_nanos` is not asked for any more.)
alter table withdrawals add column is_purchase_seen boolean not null default false;
update withdrawals w set is_purchase_seen = true from star_books b
where b.transaction_id = w.transaction_id and b.direction = 'out' and b.ours is not null;
drop index ix_withdrawals_unfound;
create index ix_withdrawals_unseen on withdrawals (closed_at_ms) include (minor)
  where status = 'done' and attempted_at_ms is not null and not is_purchase_seen;

-- Admins whom the bot may not write to: they never pressed /start, or have blocked it. Each is here
-- from the first word that did not reach him until one does.
create table unreached_admins (
  admin_id bigint constraint pk_unreached_admins primary key,
  since_ms bigint not null
);
