-- Reads arrive later than they happened, many at once, and each exactly once. Phase: pre; safe to
-- run again.

CREATE TABLE IF NOT EXISTS public.audit_delivery (
    key uuid PRIMARY KEY,
    delivered_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS audit_delivery_time ON public.audit_delivery (delivered_at);

-- audit_record_many
-- Notes reads from a list of payloads, each with a `key` of its own and its `occurred_at`. One
-- that was delivered before is left out, also while another delivery of it is still under way: the
-- keys are taken in order, so that two deliveries wait for each other and never lock each other.
-- A time to come, or of more than a week ago, is not believed. What is older than the keys are kept
-- is refused, because nobody could tell whether it is here already.
CREATE OR REPLACE FUNCTION public.audit_record_many(batch jsonb)
RETURNS TABLE (written integer, repeated integer, refused integer)
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    item jsonb;
    at timestamptz;
    now_at timestamptz := pg_catalog.clock_timestamp();
    flags text[];
BEGIN
    written := 0; repeated := 0; refused := 0;
    IF pg_catalog.jsonb_array_length(batch) > 1000 THEN
        RAISE EXCEPTION 'more than 1000 reads in one delivery' USING ERRCODE = 'check_violation';
    END IF;
    FOR item IN
        SELECT i.value FROM pg_catalog.jsonb_array_elements(batch) i ORDER BY i.value->>'key'
    LOOP
        IF coalesce(item->>'kind', '') NOT IN ('read', 'access') THEN
            RAISE EXCEPTION 'only reads are delivered later' USING ERRCODE = 'check_violation';
        END IF;
        at := (item->>'occurred_at')::timestamptz;
        IF at IS NULL OR at < now_at - interval '30 days' THEN
            refused := refused + 1;
            CONTINUE;
        END IF;
        INSERT INTO public.audit_delivery (key, delivered_at)
            VALUES ((item->>'key')::uuid, now_at) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            repeated := repeated + 1;
            CONTINUE;
        END IF;
        flags := '{}';
        -- Clocks of two servers differ by a little; that is no claim.
        IF at > now_at + interval '10 seconds' OR at < now_at - interval '7 days' THEN
            flags := ARRAY['occurred_at refused'];
            at := NULL;
        END IF;
        PERFORM public.audit_insert_event(item, least(at, now_at), flags);
        written := written + 1;
    END LOOP;
    IF pg_catalog.random() < 0.02 THEN
        DELETE FROM public.audit_delivery d WHERE d.key IN (
            SELECT o.key FROM public.audit_delivery o
            WHERE o.delivered_at < now_at - interval '38 days'
            LIMIT 5000 FOR UPDATE SKIP LOCKED);
    END IF;
    RETURN NEXT;
END $$;

REVOKE ALL ON public.audit_delivery FROM PUBLIC, console, console_ro, reports, product, importer;
REVOKE ALL ON FUNCTION public.audit_record_many(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_record_many(jsonb) TO console;
