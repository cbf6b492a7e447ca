-- Seals: a chain of hashes over settled events and their history. Phase: pre; functions may run again.
-- A visible event is settled: its transaction is over, and all that it wrote became visible with it.

CREATE TABLE IF NOT EXISTS public.audit_seal (
    id bigint PRIMARY KEY,
    sealed_at timestamptz NOT NULL,
    cluster text NOT NULL,
    -- Where the next search begins: every id up to low_event is sealed or will never be used.
    low_event bigint NOT NULL,
    -- Whoever drew an id up to sequence_last is a transaction below snapshot_xmax.
    snapshot_xmax bigint NOT NULL,
    sequence_last bigint NOT NULL,
    events integer NOT NULL,
    rows bigint NOT NULL,
    newest_event_at timestamptz NOT NULL,
    -- The columns that were hashed, by table: later columns do not change what was sealed.
    columns jsonb NOT NULL,
    digest bytea NOT NULL,
    chain bytea NOT NULL
);

-- One row for each sealed event. The salt makes a hash say nothing of what it hides, so that a
-- lawful redaction can remove a text and leave the chain whole.
CREATE TABLE IF NOT EXISTS public.audit_seal_row (
    event_id bigint PRIMARY KEY,
    event_at timestamptz NOT NULL,
    seal_id bigint NOT NULL,
    salt bytea NOT NULL,
    event_hash bytea NOT NULL,
    row_tables text[] NOT NULL,
    row_ids bigint[] NOT NULL,
    row_hashes bytea[] NOT NULL
);
CREATE INDEX IF NOT EXISTS audit_seal_row_seal ON public.audit_seal_row (seal_id, event_id);

-- audit_hash
-- The salted hash of a row, over the named columns only, in a form that no setting changes.
CREATE OR REPLACE FUNCTION public.audit_hash(salt bytea, a_row jsonb, names jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT pg_catalog.sha256(salt || pg_catalog.convert_to(coalesce((
        SELECT pg_catalog.jsonb_object_agg(e.key, e.value)
        FROM pg_catalog.jsonb_each(a_row) e WHERE names ? e.key), '{}')::text, 'UTF8'));
$$;

-- audit_sealed_columns
-- The columns of events, effects and every history table, by table. It is the version of a seal:
-- one made before effects were sealed does not name their table, and is verified without them.
CREATE OR REPLACE FUNCTION public.audit_sealed_columns() RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.jsonb_object_agg(t.name, t.names) FROM (
        SELECT c.relname AS name, pg_catalog.jsonb_agg(a.attname ORDER BY a.attname) AS names
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND (c.relname IN ('audit_event', 'audit_effect')
            OR c.relname IN (SELECT k.history_table FROM public.audit_capture k))
        GROUP BY c.relname) t;
$$;

-- audit_rebuild_rows_of
-- Writes audit_rows_of anew from the list of captured tables: the history rows and the effects of an
-- event as JSON.
CREATE OR REPLACE FUNCTION public.audit_rebuild_rows_of() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    parts text;
BEGIN
    SELECT string_agg(format(
        'UNION ALL SELECT %L::text, h.history_id, to_jsonb(h) FROM public.%I h '
        'WHERE h.event_id = an_event', c.history_table, c.history_table), E'\n' ORDER BY c.table_name)
    INTO parts FROM public.audit_capture c;
    EXECUTE format($body$
        CREATE OR REPLACE FUNCTION public.audit_rows_of(an_event bigint, at timestamptz)
        RETURNS TABLE (table_name text, history_id bigint, content jsonb)
        LANGUAGE sql STABLE SECURITY DEFINER SET timezone TO 'UTC' SET datestyle TO 'ISO'
        SET enable_seqscan TO off AS $f$
        SELECT 'audit_effect', x.id, to_jsonb(x) FROM public.audit_effect x
        WHERE x.event_id = an_event AND x.occurred_at = at
        %s $f$ $body$, coalesce(parts, ''));
    REVOKE ALL ON FUNCTION public.audit_rows_of(bigint, timestamptz) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION public.audit_rows_of(bigint, timestamptz) TO console, console_ro;
END $$;

DROP FUNCTION IF EXISTS public.audit_rows_of(bigint);
SELECT public.audit_rebuild_rows_of();

-- audit_archive
-- Which months were written to files and taken out of the tables, and which came back: a log, each
-- line with its event. retention.sql has what works on it.
CREATE TABLE IF NOT EXISTS public.audit_archive (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name varchar(40) NOT NULL,
    action varchar(8) NOT NULL CHECK (action IN ('archived', 'restored')),
    from_at timestamptz NOT NULL,
    to_at timestamptz NOT NULL,
    events bigint NOT NULL,
    effects bigint NOT NULL,
    manifest text NOT NULL CHECK (octet_length(manifest) <= 100000),
    event_id bigint NOT NULL,
    done_at timestamptz NOT NULL
);

-- audit_archived
-- The archives that have not come back.
CREATE OR REPLACE VIEW public.audit_archived AS
    SELECT a.* FROM public.audit_archive a WHERE a.action = 'archived' AND NOT EXISTS (
        SELECT FROM public.audit_archive r
        WHERE r.name = a.name AND r.action = 'restored' AND r.id > a.id);

-- audit_event_content
-- An event as JSON, in a form that no setting of the session changes.
CREATE OR REPLACE FUNCTION public.audit_event_content(an_event bigint, at timestamptz)
RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET timezone TO 'UTC' SET datestyle TO 'ISO'
AS $$
    SELECT pg_catalog.to_jsonb(e) FROM public.audit_event e
    WHERE e.id = an_event AND e.occurred_at = at;
$$;

-- audit_seal_pending
-- Seals at most `size` events that are not sealed yet; NULL when there is nothing to do or another
-- session is at it (one chain, never a fork).
CREATE OR REPLACE FUNCTION public.audit_seal_pending(size integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET timezone TO 'UTC' SET datestyle TO 'ISO' AS $$
DECLARE
    last public.audit_seal;
    this public.audit_seal;
    now_snapshot pg_snapshot;
    had_begun boolean := pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL;
BEGIN
    IF size NOT BETWEEN 1 AND 100000 THEN
        RAISE EXCEPTION 'a seal takes 1 to 100000 events, not %', size;
    END IF;
    IF NOT pg_catalog.pg_try_advisory_xact_lock(7426283712) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO last FROM public.audit_seal ORDER BY id DESC LIMIT 1;
    this.sequence_last := (SELECT CASE WHEN s.is_called THEN s.last_value ELSE 0 END
        FROM public.audit_event_id_seq s);
    -- Every transaction that drew one of these ids had begun by then, and so is older than this
    -- one, which begins only now. (A snapshot's xmax would not do: it is one above the newest that
    -- has ended, so that one which runs may lie above it.) Within a transaction that had begun
    -- before, nothing new can be said.
    IF had_begun THEN
        this.sequence_last := coalesce(last.low_event, 0);
    END IF;
    this.snapshot_xmax := pg_catalog.pg_current_xact_id()::text::bigint;
    now_snapshot := pg_catalog.pg_current_snapshot();
    this.id := coalesce(last.id, 0) + 1;
    this.cluster := (SELECT c.system_identifier::text FROM pg_catalog.pg_control_system() c);
    this.columns := public.audit_sealed_columns();
    -- All that ran when the last seal was made is over: what it had not seen then, it has now.
    this.low_event := coalesce(CASE
        WHEN last.cluster = this.cluster
            AND pg_catalog.pg_snapshot_xmin(now_snapshot)::text::bigint >= last.snapshot_xmax
        THEN last.sequence_last ELSE last.low_event END, 0);
    WITH pending AS MATERIALIZED (
        SELECT e.id, e.occurred_at, pg_catalog.uuid_send(pg_catalog.gen_random_uuid()) AS salt
        FROM public.audit_event e
        WHERE e.id > coalesce(last.low_event, 0)
            AND NOT EXISTS (SELECT FROM public.audit_seal_row r WHERE r.event_id = e.id)
        ORDER BY e.id LIMIT size
    )
    INSERT INTO public.audit_seal_row
        (event_id, event_at, seal_id, salt, event_hash, row_tables, row_ids, row_hashes)
    SELECT p.id, p.occurred_at, this.id, p.salt,
        public.audit_hash(p.salt, public.audit_event_content(p.id, p.occurred_at),
            this.columns->'audit_event'),
        coalesce(h.tables, '{}'), coalesce(h.ids, '{}'), coalesce(h.hashes, '{}')
    FROM pending p CROSS JOIN LATERAL (
        SELECT pg_catalog.array_agg(r.table_name ORDER BY r.history_id, r.table_name) AS tables,
            pg_catalog.array_agg(r.history_id ORDER BY r.history_id, r.table_name) AS ids,
            pg_catalog.array_agg(public.audit_hash(p.salt, r.content, this.columns->r.table_name)
                ORDER BY r.history_id, r.table_name) AS hashes
        FROM public.audit_rows_of(p.id, p.occurred_at) r
    ) h;
    SELECT count(*), coalesce(sum(pg_catalog.cardinality(r.row_ids)), 0), max(r.event_at),
        pg_catalog.sha256(pg_catalog.string_agg(public.audit_seal_row_bytes(r), ''::bytea
            ORDER BY r.event_id))
    INTO this.events, this.rows, this.newest_event_at, this.digest
    FROM public.audit_seal_row r WHERE r.seal_id = this.id;
    IF this.events = 0 THEN
        RETURN NULL;
    END IF;
    -- A full batch may have left events behind: the next search begins where this one did.
    IF this.events = size THEN
        this.low_event := coalesce(last.low_event, 0);
    END IF;
    this.sealed_at := pg_catalog.clock_timestamp();
    this.chain := public.audit_seal_chain(last.chain, this);
    INSERT INTO public.audit_seal SELECT this.*;
    RETURN this.id;
END $$;

-- audit_seal_row_bytes
-- What of a sealed event enters the digest of its seal.
CREATE OR REPLACE FUNCTION public.audit_seal_row_bytes(r public.audit_seal_row) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT pg_catalog.int8send((r).event_id) || (r).event_hash || coalesce((
        SELECT pg_catalog.string_agg(pg_catalog.int8send(u.id) || u.hash, ''::bytea ORDER BY u.at)
        FROM ROWS FROM (pg_catalog.unnest((r).row_ids), pg_catalog.unnest((r).row_hashes))
            WITH ORDINALITY AS u(id, hash, at)), ''::bytea);
$$;

-- audit_seal_chain
-- The link: the chain before, and everything that this seal says of itself.
CREATE OR REPLACE FUNCTION public.audit_seal_chain(before bytea, s public.audit_seal)
RETURNS bytea LANGUAGE sql IMMUTABLE SET timezone TO 'UTC' SET datestyle TO 'ISO' AS $$
    SELECT pg_catalog.sha256(coalesce(before, ''::bytea) || pg_catalog.int8send((s).id)
        || (s).digest || pg_catalog.convert_to(pg_catalog.concat_ws('|', (s).cluster,
        (s).low_event, (s).snapshot_xmax, (s).sequence_last, (s).events, (s).rows,
        pg_catalog.to_char((s).sealed_at, 'YYYY-MM-DD"T"HH24:MI:SS.US'), (s).columns::text), 'UTF8'));
$$;

-- audit_verify_seal
-- What of one seal no longer holds: its own link, events altered or removed, rows altered, removed
-- or added. Nothing when all is as it was sealed. Of events that an archive took out, it counts how
-- many there are by month ('archived'): their history rows are verified, they themselves are not here.
CREATE OR REPLACE FUNCTION public.audit_verify_seal(a_seal bigint)
RETURNS TABLE (finding text, event_id bigint, table_name text, row_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET timezone TO 'UTC' SET datestyle TO 'ISO' AS $$
    WITH s AS (SELECT * FROM public.audit_seal WHERE id = a_seal),
    r AS MATERIALIZED (
        SELECT r.*, c.content, c.content IS NULL AND EXISTS (SELECT FROM public.audit_archived a
            WHERE r.event_at >= a.from_at AND r.event_at < a.to_at) AS archived
        FROM public.audit_seal_row r CROSS JOIN LATERAL (
            SELECT public.audit_event_content(r.event_id, r.event_at) AS content) c
        WHERE r.seal_id = a_seal),
    now_rows AS MATERIALIZED (
        SELECT r.event_id, h.table_name, h.history_id,
            public.audit_hash(r.salt, h.content, s.columns->h.table_name) AS hash
        FROM r CROSS JOIN s CROSS JOIN LATERAL public.audit_rows_of(r.event_id, r.event_at) h
        WHERE h.table_name <> 'audit_effect' OR s.columns ? 'audit_effect'),
    sealed_rows AS (
        SELECT r.event_id, u.table_name, u.history_id, u.hash
        FROM r CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(r.row_tables),
            pg_catalog.unnest(r.row_ids), pg_catalog.unnest(r.row_hashes))
            AS u(table_name, history_id, hash)
        WHERE NOT (r.archived AND u.table_name = 'audit_effect'))
    SELECT 'chain', NULL::bigint, 'audit_seal', s.id FROM s
    WHERE s.chain <> public.audit_seal_chain(
            (SELECT b.chain FROM public.audit_seal b WHERE b.id = a_seal - 1), s)
        OR s.digest IS DISTINCT FROM (SELECT pg_catalog.sha256(pg_catalog.string_agg(
            public.audit_seal_row_bytes(r), ''::bytea ORDER BY r.event_id))
            FROM public.audit_seal_row r WHERE r.seal_id = a_seal)
    UNION ALL
    SELECT CASE WHEN r.content IS NULL THEN 'removed' ELSE 'altered' END, r.event_id,
        'audit_event', r.event_id
    FROM r CROSS JOIN s
    WHERE NOT r.archived AND (r.content IS NULL
        OR public.audit_hash(r.salt, r.content, s.columns->'audit_event') <> r.event_hash)
    UNION ALL
    SELECT 'archived', NULL, pg_catalog.to_char(r.event_at, 'YYYY-MM'), count(*)
    FROM r WHERE r.archived GROUP BY 3
    UNION ALL
    SELECT CASE WHEN n.hash IS NULL THEN 'removed' WHEN o.hash IS NULL THEN 'added'
        ELSE 'altered' END, coalesce(o.event_id, n.event_id),
        coalesce(o.table_name, n.table_name), coalesce(o.history_id, n.history_id)
    FROM sealed_rows o FULL JOIN now_rows n
        ON n.event_id = o.event_id AND n.table_name = o.table_name AND n.history_id = o.history_id
    WHERE n.hash IS DISTINCT FROM o.hash
    ORDER BY 2 NULLS FIRST, 4;
$$;

-- audit_check_lines
-- Which lines of an archive's file do not fit the seals: altered, or never sealed ('added').
CREATE OR REPLACE FUNCTION public.audit_check_lines(a_table text, lines text[])
RETURNS TABLE (finding text, row_id bigint, event_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET timezone TO 'UTC' SET datestyle TO 'ISO' AS $$
    SELECT CASE WHEN h.hash IS NULL THEN 'added' ELSE 'altered' END, l.id, l.event_id
    FROM (SELECT c.content, (c.content->>'id')::bigint AS id, (c.content->>CASE a_table
            WHEN 'audit_event' THEN 'id' ELSE 'event_id' END)::bigint AS event_id
        FROM (SELECT line::jsonb AS content FROM pg_catalog.unnest(lines) line) c) l
    LEFT JOIN public.audit_seal_row r ON r.event_id = l.event_id
    LEFT JOIN public.audit_seal s ON s.id = r.seal_id
    LEFT JOIN LATERAL (SELECT CASE a_table WHEN 'audit_event' THEN r.event_hash ELSE (
        SELECT u.hash FROM ROWS FROM (pg_catalog.unnest(r.row_tables),
            pg_catalog.unnest(r.row_ids), pg_catalog.unnest(r.row_hashes)) AS u(tab, id, hash)
        WHERE u.tab = a_table AND u.id = l.id) END AS hash) h ON true
    WHERE s.id IS NULL OR (s.columns ? a_table AND h.hash IS DISTINCT FROM
        public.audit_hash(r.salt, l.content, s.columns->a_table));
$$;

SELECT public.audit_build_wall(t, w) FROM unnest(ARRAY['audit_seal', 'audit_seal_row', 'audit_archive']) t,
    unnest(ARRAY['TRUNCATE', 'UPDATE OR DELETE']) w;
REVOKE ALL ON public.audit_seal, public.audit_seal_row, public.audit_archive, public.audit_archived
    FROM PUBLIC, console, console_ro, reports, product, importer;
GRANT SELECT ON public.audit_seal, public.audit_seal_row, public.audit_archive,
    public.audit_archived TO console, console_ro;
REVOKE ALL ON FUNCTION public.audit_seal_pending(integer), public.audit_rebuild_rows_of(),
    public.audit_event_content(bigint, timestamptz), public.audit_verify_seal(bigint),
    public.audit_check_lines(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_seal_pending(integer) TO console;
GRANT EXECUTE ON FUNCTION public.audit_event_content(bigint, timestamptz),
    public.audit_verify_seal(bigint), public.audit_check_lines(text, text[]) TO console, console_ro;
