-- Capture of one table. Phase: pre; made anew whenever the table's columns change.
-- Static on purpose: a trigger that reads the catalogue for each row costs several times as much.
CREATE OR REPLACE FUNCTION public.{function}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET enable_seqscan TO off AS $capture$
DECLARE
    entry public.audit_transaction;
    changed text[] := ARRAY[]::text[];
    what text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        changed := array_remove(ARRAY[{comparisons}]::text[], NULL);
        IF cardinality(changed) = 0 THEN
            RETURN NULL;
        END IF;
    END IF;
    SELECT * INTO entry FROM public.audit_transaction t
        WHERE t.transaction_id = pg_current_xact_id();
    IF NOT FOUND OR entry.settled THEN
        entry := public.audit_enter();
    END IF;
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND NEW.{pk} <> OLD.{pk}) THEN
        INSERT INTO public.{history_table} ({bookkeeping}, {columns})
        VALUES (nextval('public.audit_history_id_seq'),
            -- The clock, or the claimed time; always after the version before.
            greatest(CASE WHEN entry.claimed THEN entry.event_at ELSE clock_timestamp() END, (
                SELECT h.history_date + interval '1 microsecond' FROM public.{history_table} h
                WHERE h.{pk} = OLD.{pk} ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1)),
            '-', entry.staff_id, entry.event_id, entry.event_at, 'deleted', ARRAY[]::text[],
            {old_scope}, {old_area}, {old_values});
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' OR NEW.{pk} <> OLD.{pk} THEN
        what := 'created';
        changed := ARRAY[]::text[];
    ELSE
        what := CASE {verbs} ELSE 'changed' END;
    END IF;
    INSERT INTO public.{history_table} ({bookkeeping}, {columns})
    VALUES (nextval('public.audit_history_id_seq'),
            -- The clock, or the claimed time; always after the version before.
            greatest(CASE WHEN entry.claimed THEN entry.event_at ELSE clock_timestamp() END, (
                SELECT h.history_date + interval '1 microsecond' FROM public.{history_table} h
                WHERE h.{pk} = NEW.{pk} ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1)),
        CASE what WHEN 'created' THEN '+' ELSE '~' END, entry.staff_id, entry.event_id,
        entry.event_at, what, changed, {new_scope}, {new_area}, {new_values});
    RETURN NULL;
END $capture$;

CREATE OR REPLACE TRIGGER audit_capture AFTER INSERT OR UPDATE OR DELETE ON public.{table}
    FOR EACH ROW EXECUTE FUNCTION public.{function}();
REVOKE ALL ON FUNCTION public.{function}() FROM PUBLIC;
REVOKE ALL ON public.{history_table} FROM PUBLIC, console, console_ro, reports, product, importer;
GRANT SELECT ON public.{history_table} TO console, console_ro;
SELECT public.audit_build_wall('{table}', 'TRUNCATE'),
    public.audit_build_wall('{history_table}', 'TRUNCATE'),
    public.audit_build_wall('{history_table}', 'UPDATE OR DELETE');
INSERT INTO public.audit_capture (table_name, history_table, entity, scope, area)
VALUES ('{table}', '{history_table}', '{entity}', $q${scope}$q$, $q${area}$q$)
ON CONFLICT (table_name) DO UPDATE SET history_table = excluded.history_table,
    entity = excluded.entity, scope = excluded.scope, area = excluded.area;
SELECT public.audit_rebuild_changes_of();
DO $rows$ BEGIN
    IF to_regproc('public.audit_rebuild_rows_of') IS NOT NULL THEN
        PERFORM public.audit_rebuild_rows_of();
    END IF;
END $rows$;
