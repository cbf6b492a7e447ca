-- What nobody may do, the owner included. Phase: pre; safe to run again.

-- audit_refuse
-- The wall itself: names what was tried and where.
CREATE OR REPLACE FUNCTION public.audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege',
        HINT = CASE WHEN TG_OP = 'TRUNCATE'
            THEN 'This table is tracked: use DELETE, which leaves history.'
            ELSE 'This table is append-only.' END;
END $$;

-- audit_build_wall
-- Puts the wall against TRUNCATE, or against UPDATE OR DELETE of rows, on a table.
CREATE OR REPLACE FUNCTION public.audit_build_wall(a_table text, against text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    EXECUTE pg_catalog.format(
        'CREATE OR REPLACE TRIGGER %I BEFORE %s ON public.%I FOR EACH %s EXECUTE FUNCTION public.audit_refuse()',
        'audit_wall_' || pg_catalog.lower(pg_catalog.split_part(against, ' ', 1)), against, a_table,
        CASE against WHEN 'TRUNCATE' THEN 'STATEMENT' ELSE 'ROW' END);
END $$;

SELECT public.audit_build_wall(t, w)
FROM unnest(ARRAY['audit_event', 'audit_effect']) t, unnest(ARRAY['TRUNCATE', 'UPDATE OR DELETE']) w;
SELECT public.audit_build_wall(t, 'TRUNCATE')
FROM unnest(ARRAY['audit_event_default', 'audit_effect_default', 'audit_transaction']) t;

DROP TRIGGER IF EXISTS audit_effects ON public.audit_transaction;
CREATE CONSTRAINT TRIGGER audit_effects AFTER INSERT OR UPDATE ON public.audit_transaction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT NEW.settled)
    EXECUTE FUNCTION public.audit_write_effects();

-- Least privilege: the functions are the only writers, and only the console may call the two that
-- take a payload. The importer makes partitions for the years that it brings.
REVOKE ALL ON public.audit_event, public.audit_effect, public.audit_transaction,
    public.audit_capture, public.audit_event_default, public.audit_effect_default
    FROM PUBLIC, console, console_ro, reports, product, importer;
REVOKE ALL ON SEQUENCE public.audit_event_id_seq, public.audit_effect_id_seq,
    public.audit_history_id_seq FROM PUBLIC, console, console_ro, reports, product, importer;
GRANT SELECT ON public.audit_event, public.audit_effect, public.audit_capture TO console, console_ro;
REVOKE ALL ON FUNCTION public.audit_insert_event(jsonb, timestamptz, text[]),
    public.audit_record(jsonb), public.audit_open(jsonb),
    public.audit_remember(bigint, timestamptz, bigint, boolean),
    public.audit_open_from_context(), public.audit_enter(), public.audit_write_effects(),
    public.audit_rebuild_changes_of(), public.audit_make_partitions(date, date),
    public.audit_build_wall(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_record(jsonb), public.audit_open(jsonb) TO console;
GRANT EXECUTE ON FUNCTION public.audit_make_partitions(date, date) TO console, importer;
