-- Events, effects and the sequence that all history tables share. Phase: pre.
-- Functions that touch them are in functions.sql; who may do what is in walls.sql.

CREATE SEQUENCE public.audit_event_id_seq;
CREATE SEQUENCE public.audit_effect_id_seq;
CREATE SEQUENCE public.audit_history_id_seq;

CREATE TABLE public.audit_event (
    id bigint NOT NULL DEFAULT nextval('public.audit_event_id_seq'),
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    name varchar(64) NOT NULL,
    kind varchar(8) NOT NULL CHECK (kind IN ('change', 'read', 'access')),
    outcome varchar(10) NOT NULL CHECK (outcome IN (
        'succeeded', 'denied', 'failed', 'conflict', 'previewed', 'requested', 'cancelled', 'partial')),
    actor_kind varchar(8) NOT NULL CHECK (actor_kind IN (
        'staff', 'member', 'token', 'script', 'service', 'role')),
    actor_id varchar(64) NOT NULL,
    actor_label varchar(200) NOT NULL,
    approver_id varchar(64) NOT NULL DEFAULT '',
    approver_label varchar(200) NOT NULL DEFAULT '',
    reason varchar(1000) NOT NULL DEFAULT '',
    ticket varchar(64) NOT NULL DEFAULT '',
    detail varchar(1000) NOT NULL DEFAULT '',
    params jsonb NOT NULL DEFAULT '{}' CHECK (octet_length(params::text) <= 20000),
    target_count integer NOT NULL DEFAULT 0,
    entity varchar(40) NOT NULL DEFAULT '',
    record_id varchar(64) NOT NULL DEFAULT '',
    scope bigint,
    parent_id bigint,
    tool varchar(100) NOT NULL DEFAULT '',
    request_id varchar(64) NOT NULL DEFAULT '',
    database_role varchar(63) NOT NULL,
    set_role varchar(63) NOT NULL DEFAULT '',
    application varchar(64) NOT NULL DEFAULT '',
    client_address inet,
    transaction_id bigint NOT NULL,
    flags varchar(40)[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);
CREATE INDEX audit_event_time ON public.audit_event (occurred_at DESC, id DESC);
CREATE INDEX audit_event_actor ON public.audit_event (actor_kind, actor_id, occurred_at DESC, id DESC);
CREATE INDEX audit_event_record ON public.audit_event (entity, record_id, occurred_at DESC, id DESC)
    WHERE record_id <> '';
CREATE INDEX audit_event_parent ON public.audit_event (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX audit_event_ticket ON public.audit_event (ticket) WHERE ticket <> '';
CREATE TABLE public.audit_event_default PARTITION OF public.audit_event DEFAULT;

CREATE TABLE public.audit_effect (
    id bigint NOT NULL DEFAULT nextval('public.audit_effect_id_seq'),
    event_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    entity varchar(40) NOT NULL,
    verb varchar(24) NOT NULL,
    fields varchar(63)[] NOT NULL DEFAULT '{}',
    scope bigint,
    area bigint,
    count integer NOT NULL,
    record_id bigint,
    PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);
CREATE INDEX audit_effect_event ON public.audit_effect (event_id);
CREATE INDEX audit_effect_scope ON public.audit_effect (scope, occurred_at DESC, event_id DESC);
CREATE INDEX audit_effect_area ON public.audit_effect (area, occurred_at DESC, event_id DESC)
    WHERE area IS NOT NULL;
CREATE TABLE public.audit_effect_default PARTITION OF public.audit_effect DEFAULT;

-- Which event the running transaction belongs to: unforgeable, because only the functions write
-- it and its key is the transaction itself. Unlogged: a crash ends every transaction it speaks of.
CREATE UNLOGGED TABLE public.audit_transaction (
    transaction_id xid8 PRIMARY KEY,
    event_id bigint NOT NULL,
    event_at timestamptz NOT NULL,
    staff_id bigint,
    claimed boolean NOT NULL,
    settled boolean NOT NULL DEFAULT false,
    counted_to bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Which tables are captured, and how: written by the migration operation, read by effects and checks.
CREATE TABLE public.audit_capture (
    table_name name PRIMARY KEY,
    history_table name NOT NULL,
    entity varchar(40) NOT NULL,
    scope text NOT NULL,
    area text NOT NULL
);
