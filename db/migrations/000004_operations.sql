-- What operators and the inspector read: what each step made of its actor, who caused it, what is
-- needed to run a dead letter again; and the inbox as the way from one node to another.

-- The state after the step, JSON text; null for refused events and for what was logged before.
alter table events add column state text;
-- The status after the step unless it is "active".
alter table events add column status text;
-- The revision of the step of `source` that sent it; of an effect's answer, the step that asked for it.
alter table events add column source_revision bigint;

-- 'event', 'create' (without an event) or 'answer' (of an effect: childId, effectKey, outcome).
alter table inbox add column kind text not null default 'event';
alter table inbox alter column source drop not null;
alter table inbox add column source_revision bigint;
alter table inbox add column key text;
-- The node that waits for a receipt.
alter table inbox add column reply_to text;
alter table inbox add column at_ms bigint not null default 0;

-- 'event', 'create', 'answer', 'timer' or 'effect': how a redrive has to put it back.
alter table dead_letters add column kind text not null default 'event';
-- What a redrive needs besides the event, JSON text: the input to create the actor from, the answer's
-- effect, or the effect's row.
alter table dead_letters add column detail text;
alter table dead_letters add column source_revision bigint;
create index ix_dead_letters_address on dead_letters (address);

-- The history of one actor in order; what is too old is found by its time, for which the coarsest of
-- indexes will do.
alter table events drop constraint pk_events;
alter table events add constraint pk_events primary key (actor_id, id);
create index ix_events_at on events using brin (at_ms) with (autosummarize = on);

-- From a transition to what it posted.
create index ix_ledger_transfers_cause on ledger_transfers (cause_actor, cause_revision);
