-- Indexes for the questions that people ask of the activity. Phase: pre; safe to run again.
-- Each is partial, so that the ordinary write of a service, which gives no reason, succeeds and has
-- no name of its own, pays for none of them but the one of special verbs.

-- Who looked at what in a scope, and what was refused there.
CREATE INDEX IF NOT EXISTS audit_event_scope
    ON public.audit_event (scope, occurred_at DESC, id DESC) WHERE scope IS NOT NULL;
-- One operation, or one kind of read.
CREATE INDEX IF NOT EXISTS audit_event_name
    ON public.audit_event (name, occurred_at DESC, id DESC) WHERE name <> 'records.changed';
-- Refusals, failures, conflicts.
CREATE INDEX IF NOT EXISTS audit_event_outcome
    ON public.audit_event (outcome, occurred_at DESC, id DESC) WHERE outcome <> 'succeeded';
-- Text of reasons: looking back skips events that have none.
CREATE INDEX IF NOT EXISTS audit_event_reasoned
    ON public.audit_event (occurred_at DESC, id DESC) WHERE reason <> '' OR detail <> '';
-- Hidden, deleted, switched off: everywhere.
CREATE INDEX IF NOT EXISTS audit_effect_verb
    ON public.audit_effect (verb, occurred_at DESC, event_id DESC)
    WHERE verb <> 'created' AND verb <> 'changed';
