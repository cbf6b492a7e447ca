-- Retention: what the archiver, who is the owner, does to whole months. Phase: pre; safe to run
-- again. None of it runs with more rights than its caller has.

-- audit_take_out
-- Detaches both partitions of a month, provided that they still hold what was written to the files,
-- and drops or keeps them. The caller's transaction also writes the line of audit_archive.
CREATE OR REPLACE FUNCTION public.audit_take_out(
    a_month text, events bigint, last_event bigint, effects bigint, last_effect bigint,
    keep boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    parts text[] := ARRAY['audit_event_' || a_month, 'audit_effect_' || a_month];
    expected bigint[] := ARRAY[events, last_event, effects, last_effect];
    counted bigint[] := '{}';
    found bigint[];
    part text;
BEGIN
    FOREACH part IN ARRAY parts LOOP
        -- No insert from here on; reading goes on until the very end.
        EXECUTE pg_catalog.format('LOCK TABLE public.%I IN SHARE MODE', part);
        EXECUTE pg_catalog.format(
            'SELECT ARRAY[count(*), coalesce(max(id), 0)] FROM public.%I', part) INTO found;
        counted := counted || found;
    END LOOP;
    IF counted <> expected THEN
        RAISE EXCEPTION '% holds other rows than were archived', a_month
            USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Someone wrote to this month meanwhile. Archive it again.';
    END IF;
    FOREACH part IN ARRAY parts LOOP
        EXECUTE pg_catalog.format('ALTER TABLE public.%I DETACH PARTITION public.%I',
            pg_catalog.left(part, -8), part);
        IF keep THEN
            -- The parent's walls went with the parent.
            PERFORM public.audit_build_wall(part, 'UPDATE OR DELETE');
            PERFORM public.audit_build_wall(part, 'TRUNCATE');
            EXECUTE pg_catalog.format('ALTER TABLE public.%I RENAME TO %I', part, part || '_kept_'
                || pg_catalog.to_char(pg_catalog.clock_timestamp(), 'YYYYMMDDHH24MISS'));
        ELSE
            EXECUTE pg_catalog.format('DROP TABLE public.%I', part);
        END IF;
    END LOOP;
END $$;

-- audit_empty_default
-- Moves what the default partitions hold into months of their own, in one transaction; how many
-- rows moved. Both tables are locked meanwhile, so it refuses to move very many at once.
CREATE OR REPLACE FUNCTION public.audit_empty_default(at_most integer) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    parent text; part text;
    moved bigint := 0;
    held bigint; first_day date;
BEGIN
    FOREACH parent IN ARRAY ARRAY['audit_event', 'audit_effect'] LOOP
        part := parent || '_default';
        EXECUTE pg_catalog.format('LOCK TABLE public.%I IN ACCESS EXCLUSIVE MODE', parent);
        EXECUTE pg_catalog.format('SELECT count(*) FROM public.%I', part) INTO held;
        IF held > at_most THEN
            RAISE EXCEPTION '% holds % rows, more than the % to move at once', part, held, at_most
                USING ERRCODE = 'program_limit_exceeded',
                HINT = 'Choose a quiet hour and a higher limit: writers wait meanwhile.';
        END IF;
        EXECUTE pg_catalog.format('ALTER TABLE public.%I DETACH PARTITION public.%I', parent, part);
        EXECUTE pg_catalog.format('ALTER TABLE public.%I RENAME TO %I', part, part || '_old');
        EXECUTE pg_catalog.format('CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS '
            'INCLUDING CONSTRAINTS)', part, parent);
        EXECUTE pg_catalog.format(
            'ALTER TABLE public.%I ATTACH PARTITION public.%I DEFAULT', parent, part);
        PERFORM public.audit_build_wall(part, 'TRUNCATE');
        EXECUTE pg_catalog.format(
            'REVOKE ALL ON public.%I FROM console, console_ro, reports, product, importer', part);
        moved := moved + held;
    END LOOP;
    FOREACH parent IN ARRAY ARRAY['audit_event', 'audit_effect'] LOOP
        part := parent || '_default_old';
        FOR first_day IN EXECUTE pg_catalog.format(
            'SELECT DISTINCT date_trunc(''month'', occurred_at AT TIME ZONE ''UTC'')::date '
            'FROM public.%I', part)
        LOOP
            PERFORM public.audit_make_partitions(first_day, first_day);
        END LOOP;
        EXECUTE pg_catalog.format('INSERT INTO public.%I SELECT * FROM public.%I', parent, part);
        EXECUTE pg_catalog.format('DROP TABLE public.%I', part);
    END LOOP;
    RETURN moved;
END $$;

REVOKE ALL ON FUNCTION public.audit_take_out(text, bigint, bigint, bigint, bigint, boolean),
    public.audit_empty_default(integer) FROM PUBLIC;
