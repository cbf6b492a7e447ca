-- What alerts are judged by. Read by audit/statements.py; what stands in braces is put in by
-- audit/alert_streams.py. Each source reads one index, and only the months of the time asked for.

-- incidents
-- Rows of one subject that lie in a window whose sum reached its limit, joined to incidents: they
-- belong together until nothing happens for the quiet time. One line for each kind of thing done.
WITH source AS MATERIALIZED ({source}), summed AS (
    SELECT s.*, {sums} FROM source s
), judged AS (
    SELECT s.*, {covers} AS covered FROM summed s
), gaps AS (
    SELECT j.*, lag(j.at) OVER (PARTITION BY j.subject ORDER BY j.at, j.event_id) AS before
    FROM judged j WHERE j.covered
), islands AS (
    SELECT g.*, count(*) FILTER (WHERE g.at - g.before > %(quiet)s)
        OVER (PARTITION BY g.subject ORDER BY g.at, g.event_id) AS island
    FROM gaps g
)
SELECT i.subject, i.island, i.what, min(i.actor_kind), min(i.actor_id),
    (array_agg(i.actor_label ORDER BY i.at DESC))[1], min(i.entity), min(i.record_id),
    min(i.at), max(i.at), sum(i.n)::bigint,
    coalesce(array_agg(DISTINCT i.scope) FILTER (WHERE i.scope IS NOT NULL), '{{}}')
FROM islands i GROUP BY i.subject, i.island, i.what
ORDER BY i.subject, i.island, i.what;

-- sum_of_window
-- Whether the sum over the time up to a row reaches the limit.
sum(s.n) OVER (PARTITION BY s.subject ORDER BY s.at
    RANGE BETWEEN {span} PRECEDING AND CURRENT ROW) >= {least} AS {hot}

-- cover_of_window
-- Whether a row lies in the time of one that reached it.
bool_or(s.{hot}) OVER (PARTITION BY s.subject ORDER BY s.at
    RANGE BETWEEN CURRENT ROW AND {span} FOLLOWING)

-- effects
-- What was done to records, by verb. What goes along with a record is not counted beside it.
SELECT concat_ws(':', e.actor_kind, e.actor_id, CASE WHEN e.actor_kind = 'member' THEN f.scope END)
        AS subject, e.actor_kind, e.actor_id, e.actor_label, '' AS entity, '' AS record_id,
    f.occurred_at AS at, f.count AS n, f.verb AS what, f.scope, f.event_id
FROM public.audit_effect f
JOIN public.audit_event e ON e.id = f.event_id AND e.occurred_at = f.occurred_at
WHERE f.verb = ANY(%(verbs)s) AND f.verb <> 'created' AND f.verb <> 'changed'
    AND f.occurred_at >= %(since)s AND f.occurred_at < %(until)s
    AND e.occurred_at >= %(since)s AND e.occurred_at < %(until)s
    AND NOT (f.entity = ANY(%(children)s) AND EXISTS (SELECT FROM public.audit_effect p
        WHERE p.event_id = f.event_id AND p.occurred_at = f.occurred_at
            AND NOT p.entity = ANY(%(children)s)))

-- effects_on_records
-- What was done to single records of one entity, each of them a subject of its own.
SELECT concat_ws(':', f.entity, coalesce(f.record_id, f.area)) AS subject,
    e.actor_kind, e.actor_id, e.actor_label, f.entity,
    coalesce(f.record_id, f.area)::text AS record_id,
    f.occurred_at AS at, f.count AS n, f.verb AS what, f.scope, f.event_id
FROM public.audit_effect f
JOIN public.audit_event e ON e.id = f.event_id AND e.occurred_at = f.occurred_at
WHERE f.verb = ANY(%(verbs)s) AND f.verb <> 'created' AND f.verb <> 'changed'
    AND f.entity = %(entity)s
    AND f.occurred_at >= %(since)s AND f.occurred_at < %(until)s
    AND e.occurred_at >= %(since)s AND e.occurred_at < %(until)s

-- exports
-- Files that were taken out, by how many lines they had.
SELECT concat_ws(':', e.actor_kind, e.actor_id, CASE WHEN e.actor_kind = 'member' THEN e.scope END)
        AS subject, e.actor_kind, e.actor_id, e.actor_label, '' AS entity, '' AS record_id,
    e.occurred_at AS at, greatest(e.target_count, CASE jsonb_typeof(e.params->'count')
        WHEN 'number' THEN (e.params->>'count')::numeric ELSE 0 END) AS n,
    e.name AS what, e.scope, e.id AS event_id
FROM public.audit_event e
WHERE e.name = ANY(%(names)s) AND e.name <> 'records.changed'
    AND e.outcome <> 'requested' AND e.outcome <> 'denied'
    AND e.occurred_at >= %(since)s AND e.occurred_at < %(until)s

-- refusals
-- What people were refused. One line for each scope that a refusal is about; it is counted once.
SELECT concat_ws(':', e.actor_kind, e.actor_id, CASE WHEN e.actor_kind = 'member' THEN e.scope END)
        AS subject, e.actor_kind, e.actor_id, e.actor_label, '' AS entity, '' AS record_id,
    e.occurred_at AS at,
    (row_number() OVER (PARTITION BY e.id ORDER BY f.scope) = 1)::int AS n,
    e.name AS what, f.scope, e.id AS event_id
FROM public.audit_event e
LEFT JOIN LATERAL (
    SELECT e.scope WHERE e.scope IS NOT NULL
    UNION SELECT named.scope::bigint FROM jsonb_array_elements_text(
        CASE jsonb_typeof(e.params -> 'scopes') WHEN 'array' THEN e.params -> 'scopes' ELSE '[]' END
    ) AS named (scope) WHERE named.scope ~ '^[0-9]+$' AND length(named.scope) < 19
) f ON true
WHERE e.outcome = 'denied' AND e.actor_kind IN ('staff', 'member', 'token', 'script')
    AND e.occurred_at >= %(since)s AND e.occurred_at < %(until)s

-- bare_roles
-- Changes by a database role that did not say who is behind it. Migrations say what they are.
-- One line for each scope that a change reaches into; it is counted once.
SELECT concat_ws(':', e.actor_kind, e.actor_id) AS subject,
    e.actor_kind, e.actor_id, e.actor_label, '' AS entity, '' AS record_id, e.occurred_at AS at,
    (row_number() OVER (PARTITION BY e.id ORDER BY f.scope) = 1)::int AS n,
    e.name AS what, f.scope, e.id AS event_id
FROM public.audit_event e
LEFT JOIN LATERAL (
    SELECT DISTINCT d.scope FROM public.audit_effect d
    WHERE d.event_id = e.id AND d.occurred_at = e.occurred_at OFFSET 0
) f ON true
WHERE e.actor_kind = 'role' AND e.kind = 'change'
    AND NOT (e.database_role = 'owner' AND e.application = %(migrations)s)
    AND e.occurred_at >= %(since)s AND e.occurred_at < %(until)s

-- unsealed
-- The oldest events that no seal covers, as far as the sealing itself would look.
SELECT count(*), min(p.recorded_at) FROM (
    SELECT e.recorded_at FROM public.audit_event e
    WHERE e.id > coalesce((SELECT s.low_event FROM public.audit_seal s ORDER BY s.id DESC LIMIT 1), 0)
        AND NOT EXISTS (SELECT FROM public.audit_seal_row r WHERE r.event_id = e.id)
    ORDER BY e.id LIMIT %(most)s
) p
