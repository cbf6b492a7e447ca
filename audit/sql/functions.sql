-- How events come to be. Every function is the owner's and runs as the owner: nobody else may
-- write the tables. Phase: pre; safe to run again.
-- Where plans are kept for a session, `enable_seqscan` is off: a plan made while a table is small
-- would read all of it for ever after.

-- audit_insert_event
-- Writes one event from a payload, stamps it with what the server itself knows, returns its key.
CREATE OR REPLACE FUNCTION public.audit_insert_event(payload jsonb, at timestamptz, flags text[])
RETURNS TABLE (event_id bigint, event_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    now_at timestamptz := pg_catalog.clock_timestamp();
    -- Before the id is drawn: the seals rely on no id being older than its transaction.
    transaction xid8 := pg_catalog.pg_current_xact_id();
BEGIN
    RETURN QUERY INSERT INTO public.audit_event (
        occurred_at, recorded_at, name, kind, outcome, actor_kind, actor_id, actor_label,
        approver_id, approver_label, reason, ticket, detail, params, target_count, entity,
        record_id, scope, parent_id, tool, request_id, database_role, set_role, application,
        client_address, transaction_id, flags)
    VALUES (
        coalesce(at, now_at), now_at, payload->>'name', payload->>'kind', payload->>'outcome',
        payload->>'actor_kind', payload->>'actor_id', payload->>'actor_label',
        coalesce(payload->>'approver_id', ''), coalesce(payload->>'approver_label', ''),
        coalesce(payload->>'reason', ''), coalesce(payload->>'ticket', ''),
        coalesce(payload->>'detail', ''), coalesce(payload->'params', '{}'),
        coalesce((payload->>'target_count')::integer, 0), coalesce(payload->>'entity', ''),
        coalesce(payload->>'record_id', ''), (payload->>'scope')::bigint,
        (payload->>'parent_id')::bigint, coalesce(payload->>'tool', ''),
        coalesce(payload->>'request_id', ''), session_user,
        coalesce(nullif(pg_catalog.current_setting('role'), 'none'), ''),
        pg_catalog.left(coalesce(pg_catalog.current_setting('application_name', true), ''), 64),
        coalesce((payload->>'client_address')::inet, pg_catalog.inet_client_addr()),
        transaction::text::bigint, flags)
    RETURNING id, occurred_at;
END $$;

-- audit_record
-- Notes an event that changes no tracked row: a read, a refusal, a preview.
CREATE OR REPLACE FUNCTION public.audit_record(payload jsonb)
RETURNS TABLE (event_id bigint, event_at timestamptz)
LANGUAGE sql SECURITY DEFINER AS $$
    SELECT * FROM public.audit_insert_event(payload, NULL, '{}');
$$;

-- audit_open
-- Opens the one event of the running transaction; a second one in it is refused.
CREATE OR REPLACE FUNCTION public.audit_open(payload jsonb)
RETURNS TABLE (event_id bigint, event_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET enable_seqscan TO off AS $$
DECLARE
    made record;
BEGIN
    PERFORM FROM public.audit_transaction t
        WHERE t.transaction_id = pg_catalog.pg_current_xact_id();
    IF FOUND THEN
        RAISE EXCEPTION 'this transaction already has its event'
            USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'One transaction is one event: open the second in a transaction of its own.';
    END IF;
    SELECT e.event_id, e.event_at INTO made FROM public.audit_insert_event(payload, NULL, '{}') e;
    PERFORM public.audit_remember(made.event_id, made.event_at, CASE
        WHEN payload->>'actor_kind' = 'staff' THEN (payload->>'actor_id')::bigint END, false);
    RETURN QUERY SELECT made.event_id, made.event_at;
END $$;

-- audit_remember
-- Ties the event to the transaction; now and then sweeps away what finished transactions left.
CREATE OR REPLACE FUNCTION public.audit_remember(
    an_event bigint, at timestamptz, staff bigint, is_claimed boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET enable_seqscan TO off AS $$
BEGIN
    IF an_event % 512 = 0 THEN
        DELETE FROM public.audit_transaction t WHERE t.transaction_id IN (
            SELECT s.transaction_id FROM public.audit_transaction s
            WHERE s.transaction_id < pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())
            FOR UPDATE SKIP LOCKED);
    END IF;
    SET CONSTRAINTS public.audit_effects DEFERRED;
    INSERT INTO public.audit_transaction (transaction_id, event_id, event_at, staff_id, claimed)
    VALUES (pg_catalog.pg_current_xact_id(), an_event, at, staff, is_claimed);
END $$;

-- audit_setting
-- A setting of the context contract, cut to its limit; what was wrong with it goes to the flags.
CREATE OR REPLACE FUNCTION public.audit_setting(
    a_name text, size integer, INOUT flags text[], OUT val text)
LANGUAGE plpgsql AS $$
BEGIN
    val := coalesce(pg_catalog.current_setting('backoffice.' || a_name, true), '');
    IF pg_catalog.length(val) > size THEN
        val := pg_catalog.left(val, size);
        flags := flags || (a_name || ' cut');
    END IF;
END $$;

-- audit_claimed_time
-- The time that the importer claims for its change; nobody else may, never one to come, nor one
-- so old that the programs that read it have no word for it.
CREATE OR REPLACE FUNCTION public.audit_claimed_time(INOUT flags text[], OUT at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    val text;
BEGIN
    SELECT s.flags, s.val INTO flags, val FROM public.audit_setting('occurred_at', 64, flags) s;
    IF val = '' THEN
        RETURN;
    END IF;
    IF session_user <> 'importer' OR NOT pg_catalog.pg_input_is_valid(val, 'timestamptz')
        OR NOT pg_catalog.isfinite(val::timestamptz)
        OR val::timestamptz NOT BETWEEN '1900-01-01Z' AND pg_catalog.clock_timestamp() THEN
        flags := flags || 'occurred_at refused'::text;
        RETURN;
    END IF;
    at := val::timestamptz;
END $$;

-- audit_open_from_context
-- Opens the event of a transaction that no operation announced: other services, psql, scripts.
-- Lenient on purpose: a bad context is cut or set aside and flagged, and never breaks the write.
CREATE OR REPLACE FUNCTION public.audit_open_from_context() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    flags text[] := '{}';
    at timestamptz;
    kind text; actor text; label text; why text; ticket text; tool text; request text;
    made record;
BEGIN
    SELECT coalesce(pg_catalog.current_setting('backoffice.actor_kind', true), ''),
        coalesce(pg_catalog.current_setting('backoffice.actor_id', true), ''),
        coalesce(pg_catalog.current_setting('backoffice.actor_label', true), ''),
        coalesce(pg_catalog.current_setting('backoffice.reason', true), ''),
        coalesce(pg_catalog.current_setting('backoffice.ticket', true), ''),
        coalesce(pg_catalog.current_setting('backoffice.tool', true), ''),
        coalesce(pg_catalog.current_setting('backoffice.request_id', true), '')
    INTO kind, actor, label, why, ticket, tool, request;
    -- One by one only when something has to be cut.
    IF pg_catalog.length(kind) > 8 OR pg_catalog.length(actor) > 64
        OR pg_catalog.length(label) > 200 OR pg_catalog.length(why) > 1000
        OR pg_catalog.length(ticket) > 64 OR pg_catalog.length(tool) > 100
        OR pg_catalog.length(request) > 64 THEN
        SELECT s.flags, s.val INTO flags, kind FROM public.audit_setting('actor_kind', 8, flags) s;
        SELECT s.flags, s.val INTO flags, actor FROM public.audit_setting('actor_id', 64, flags) s;
        SELECT s.flags, s.val INTO flags, label FROM public.audit_setting('actor_label', 200, flags) s;
        SELECT s.flags, s.val INTO flags, why FROM public.audit_setting('reason', 1000, flags) s;
        SELECT s.flags, s.val INTO flags, ticket FROM public.audit_setting('ticket', 64, flags) s;
        SELECT s.flags, s.val INTO flags, tool FROM public.audit_setting('tool', 100, flags) s;
        SELECT s.flags, s.val INTO flags, request FROM public.audit_setting('request_id', 64, flags) s;
    END IF;
    IF coalesce(pg_catalog.current_setting('backoffice.occurred_at', true), '') <> '' THEN
        SELECT c.flags, c.at INTO flags, at FROM public.audit_claimed_time(flags) c;
    END IF;
    IF kind NOT IN ('member', 'service', 'script') OR actor = '' THEN
        IF kind || actor || label <> '' THEN
            flags := flags || 'actor refused'::text;
        END IF;
        kind := 'role'; actor := session_user; label := session_user;
    END IF;
    SELECT e.event_id, e.event_at INTO made FROM public.audit_insert_event(
        pg_catalog.jsonb_build_object(
            'name', 'records.changed', 'kind', 'change', 'outcome', 'succeeded',
            'actor_kind', kind, 'actor_id', actor,
            'actor_label', coalesce(nullif(label, ''), actor), 'reason', why, 'ticket', ticket,
            'tool', tool, 'request_id', request), at, flags) e;
    PERFORM public.audit_remember(made.event_id, made.event_at, NULL, at IS NOT NULL);
END $$;

-- audit_enter
-- The slow path of a row trigger: the transaction has no event yet, or has new changes to count.
CREATE OR REPLACE FUNCTION public.audit_enter() RETURNS public.audit_transaction
LANGUAGE plpgsql SECURITY DEFINER SET enable_seqscan TO off AS $$
DECLARE
    entry public.audit_transaction;
BEGIN
    SELECT * INTO entry FROM public.audit_transaction t
        WHERE t.transaction_id = pg_catalog.pg_current_xact_id();
    IF FOUND AND entry.settled THEN
        SET CONSTRAINTS public.audit_effects DEFERRED;
        UPDATE public.audit_transaction t SET settled = false
            WHERE t.transaction_id = entry.transaction_id;
    ELSIF NOT FOUND THEN
        IF session_user = 'console' THEN
            RAISE EXCEPTION 'a change without an event was refused'
                USING ERRCODE = 'insufficient_privilege',
                HINT = 'The console changes tracked tables by operations only (audit.context.change).';
        END IF;
        PERFORM public.audit_open_from_context();
    END IF;
    SELECT * INTO entry FROM public.audit_transaction t
        WHERE t.transaction_id = pg_catalog.pg_current_xact_id();
    RETURN entry;
END $$;

-- audit_write_effects
-- At commit: counts what the event did since it was last counted. SET CONSTRAINTS … IMMEDIATE
-- fires it early; it then defers itself again, and the next change queues it anew (audit_enter).
CREATE OR REPLACE FUNCTION public.audit_write_effects() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET enable_seqscan TO off
SET plan_cache_mode TO force_generic_plan AS $$
DECLARE
    entry public.audit_transaction;
    counted bigint;
BEGIN
    SET CONSTRAINTS public.audit_effects DEFERRED;
    SELECT * INTO entry FROM public.audit_transaction t
        WHERE t.transaction_id = NEW.transaction_id AND NOT t.settled;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    WITH found AS MATERIALIZED (
        SELECT * FROM public.audit_changes_of(entry.event_id, entry.counted_to)
    ), written AS (
        INSERT INTO public.audit_effect
            (event_id, occurred_at, entity, verb, fields, scope, area, count, record_id)
        SELECT entry.event_id, entry.event_at, f.entity, f.verb, f.fields, f.scope, f.area,
            f.count, CASE WHEN f.count = 1 THEN f.record_id END
        FROM found f
    )
    SELECT max(f.last_history_id) INTO counted FROM found f;
    UPDATE public.audit_transaction t
        SET settled = true, counted_to = greatest(t.counted_to, counted)
        WHERE t.transaction_id = entry.transaction_id;
    RETURN NULL;
END $$;

-- audit_rebuild_changes_of
-- Writes audit_changes_of anew from the list of captured tables: static SQL, so that its plans are
-- kept. Only for use inside the event's own transaction: it asks those tables alone into which this
-- transaction wrote, by the server's own count, which no role but a superuser can switch off.
CREATE OR REPLACE FUNCTION public.audit_rebuild_changes_of() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    parts text;
BEGIN
    SELECT string_agg(format(
        'IF uncounted OR pg_catalog.pg_stat_get_xact_tuples_inserted(%L::regclass) > 0 THEN '
        'RETURN QUERY SELECT %L::text, h.verb::text, h.changed_fields::text[], h.event_scope, '
        'h.event_area, count(*)::integer, min(h.%I)::bigint, max(h.history_id) FROM public.%I h '
        'WHERE h.event_id = an_event AND h.history_id > after '
        'GROUP BY h.verb, h.changed_fields, h.event_scope, h.event_area; END IF;',
        'public.' || quote_ident(c.history_table), c.entity, 'id', c.history_table),
        E'\n' ORDER BY c.table_name)
    INTO parts FROM public.audit_capture c;
    DROP FUNCTION IF EXISTS public.audit_changes_of(bigint, bigint);
    EXECUTE format($body$
        CREATE FUNCTION public.audit_changes_of(an_event bigint, after bigint)
        RETURNS TABLE (entity text, verb text, fields text[], scope bigint, area bigint,
            count integer, record_id bigint, last_history_id bigint)
        LANGUAGE plpgsql STABLE AS $f$
        DECLARE
            uncounted boolean := pg_catalog.current_setting('track_counts') <> 'on';
        BEGIN
            %s
        END $f$ $body$, coalesce(parts, ''));
    REVOKE ALL ON FUNCTION public.audit_changes_of(bigint, bigint) FROM PUBLIC;
END $$;

-- audit_make_partitions
-- Makes the monthly partitions of both tables between two months (UTC), each with its own walls.
-- A month that the default partition already holds rows of is left to it.
CREATE OR REPLACE FUNCTION public.audit_make_partitions(first_day date, last_day date)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    a_month timestamp := pg_catalog.date_trunc('month', first_day::timestamp);
    made integer := 0;
    parent text; part text;
BEGIN
    IF last_day < first_day OR last_day > first_day + 36600 THEN
        RAISE EXCEPTION 'from % to % is no range of at most 100 years', first_day, last_day;
    END IF;
    WHILE a_month <= last_day LOOP
        FOREACH parent IN ARRAY ARRAY['audit_event', 'audit_effect'] LOOP
            part := parent || pg_catalog.to_char(a_month, '"_"YYYY"_"MM');
            IF pg_catalog.to_regclass('public.' || part) IS NULL THEN
                BEGIN
                    EXECUTE pg_catalog.format(
                        'CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                        part, parent, (a_month AT TIME ZONE 'UTC'),
                        ((a_month + interval '1 month') AT TIME ZONE 'UTC'));
                    PERFORM public.audit_build_wall(part, 'TRUNCATE');
                    EXECUTE pg_catalog.format(
                        'REVOKE ALL ON public.%I FROM console, console_ro, reports, product', part);
                    made := made + 1;
                EXCEPTION WHEN check_violation OR duplicate_table THEN
                    NULL;
                END;
            END IF;
        END LOOP;
        a_month := a_month + interval '1 month';
    END LOOP;
    RETURN made;
END $$;
