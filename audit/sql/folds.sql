-- Reading events newest first and folding what one actor did in a row. Read by audit/statements.py;
-- what stands in braces is put in by audit/windows.py and audit/folds.py.

-- passed
-- The events of a window that pass, and where the window ended: nowhere when every source was read
-- to its end. Sources that were read less far hold the others back.
WITH {sources}, edge AS (
    SELECT x.occurred_at, x.id FROM ({ends}) x ORDER BY x.occurred_at DESC, x.id DESC LIMIT 1
), w AS MATERIALIZED ({looked_at}), p AS MATERIALIZED (
    SELECT e.id, e.occurred_at, e.actor_kind, e.actor_id, e.tool, {key} AS key
    FROM w e WHERE {passing}
)

-- looked_up
-- The events of all sources of a window, each once.
SELECT e.* FROM (
    SELECT DISTINCT c.occurred_at, c.id FROM ({all}) c
    WHERE coalesce((SELECT (c.occurred_at, c.id) >= (edge.occurred_at, edge.id) FROM edge), true)
) d CROSS JOIN LATERAL (
    SELECT v.* FROM public.audit_event v
    WHERE v.id = d.id AND v.occurred_at = d.occurred_at AND {in_span} LIMIT 1
) e

-- each
-- A window's events that pass, newest first.
{passed}
SELECT edge.occurred_at, edge.id, p.occurred_at, p.id
FROM (SELECT true) one LEFT JOIN edge ON true LEFT JOIN p ON true
ORDER BY p.occurred_at DESC, p.id DESC

-- runs
-- A window's events that pass, those of one key in a row made one: with the times (microseconds)
-- and ids of all, newest first, and the tools in the order in which they take turns.
{passed}, g AS (
    SELECT p.*, coalesce(lag(p.occurred_at) OVER k - p.occurred_at > %(gap)s, true) AS begins,
        p.tool IS DISTINCT FROM lag(p.tool) OVER k AS turns
    FROM p WINDOW k AS (PARTITION BY p.key ORDER BY p.occurred_at DESC, p.id DESC)
), r AS (
    SELECT g.*, count(*) FILTER (WHERE g.begins) OVER (
        PARTITION BY g.key ORDER BY g.occurred_at DESC, g.id DESC) AS nth
    FROM g
), n AS (
    SELECT r.key, r.nth, min(r.actor_kind) AS actor_kind, min(r.actor_id) AS actor_id,
        max(r.occurred_at) AS occurred_at,
        array_agg((extract(epoch FROM r.occurred_at) * 1000000)::bigint
            ORDER BY r.occurred_at DESC, r.id DESC) AS times,
        array_agg(r.id ORDER BY r.occurred_at DESC, r.id DESC) AS ids,
        array_agg(r.tool ORDER BY r.occurred_at DESC, r.id DESC)
            FILTER (WHERE r.turns OR r.begins) AS tools
    FROM r GROUP BY r.key, r.nth
)
SELECT edge.occurred_at, edge.id, n.actor_kind, n.actor_id, n.key, n.times, n.ids, n.tools,
    CASE WHEN n.nth = 1 THEN {joined} ELSE false END
FROM (SELECT true) one LEFT JOIN edge ON true LEFT JOIN n ON true
ORDER BY n.occurred_at DESC, n.ids[1] DESC

-- source_of_events
-- Events by one of their own indexes.
SELECT {columns} FROM public.audit_event e
WHERE {conditions} ORDER BY e.occurred_at DESC, e.id DESC LIMIT {size}

-- source_of_effects
-- Events by an index of what they did.
SELECT s.occurred_at, s.event_id AS id FROM public.audit_effect s
WHERE {conditions} ORDER BY s.occurred_at DESC, s.event_id DESC LIMIT {size}

-- end_of_source
-- Where a source ended, if it was cut.
(SELECT c.occurred_at, c.id FROM {source} c
WHERE (SELECT count(*) FROM {source}) >= {size} ORDER BY c.occurred_at, c.id LIMIT 1)

-- key
-- What the events of one fold have in common: who, why, and what was done to which kind of
-- record, by whatever tool; an event about several records at once is told from those about one. Children that go
-- along with their records do not tell apart; a member's id is unique in their scope only.
-- Work that was asked for and done in parts is one fold: the event that asked, the parts, the end.
CASE WHEN e.parent_id IS NOT NULL OR e.outcome = 'requested' THEN
    md5(concat_ws(chr(31), 'parts', e.actor_kind, e.actor_id, coalesce(e.parent_id, e.id)))
ELSE md5(concat_ws(chr(31), e.actor_kind, e.actor_id, e.name, e.outcome, e.reason, e.ticket, (
    SELECT coalesce(
        string_agg(DISTINCT k.did, ' ' ORDER BY k.did) FILTER (WHERE NOT k.goes_along),
        string_agg(DISTINCT k.did, ' ' ORDER BY k.did), e.entity)
    FROM (
        SELECT concat_ws('.', f.entity, f.verb,
            CASE WHEN f.verb = 'changed' THEN f.fields::text END,
            CASE WHEN f.count > 1 THEN 'several' END,
            CASE WHEN e.actor_kind = 'member' THEN f.scope END) AS did,
            f.entity = ANY (%(children)s) AS goes_along
        FROM public.audit_effect f
        WHERE f.event_id = e.id AND f.occurred_at = e.occurred_at AND {shown}
    ) k))) END

-- joined
-- Whether the first event of its key in a window goes on with a newer one before the window.
n.occurred_at >= %(before_at)s - %(gap)s AND coalesce((
    SELECT true FROM (
        SELECT v.* FROM public.audit_event v
        WHERE v.actor_kind = n.actor_kind AND v.actor_id = n.actor_id
            AND v.occurred_at >= %(before_at)s AND v.occurred_at <= n.occurred_at + %(gap)s
            AND (v.occurred_at, v.id) >= (%(before_at)s, %(before_id)s) AND {in_time}
        LIMIT {looked_at}
    ) e WHERE {passing} AND {key} = n.key LIMIT 1), false)

-- one
-- One event by its place, if it passes, with its key and whether its fold has gone on since.
SELECT n.actor_kind, n.actor_id, n.tool, n.key, {joined} FROM (
    SELECT e.occurred_at, e.actor_kind, e.actor_id, e.tool, {key} AS key FROM public.audit_event e
    WHERE e.id = %(id)s AND e.occurred_at = %(at)s AND {passing}
) n

-- extension
-- How folds that reach the end of a window go on, along their actors' index: how many events of
-- each actor were looked at, the last of them, and those with one of the keys.
SELECT c.n, count(*), min(c.occurred_at),
    (array_agg(c.id ORDER BY c.occurred_at, c.id))[1],
    array_agg(c.occurred_at ORDER BY c.occurred_at DESC, c.id DESC) FILTER (WHERE c.key = ANY (%(keys)s)),
    array_agg(c.id ORDER BY c.occurred_at DESC, c.id DESC) FILTER (WHERE c.key = ANY (%(keys)s)),
    array_agg(c.key ORDER BY c.occurred_at DESC, c.id DESC) FILTER (WHERE c.key = ANY (%(keys)s)),
    array_agg(c.tool ORDER BY c.occurred_at DESC, c.id DESC) FILTER (WHERE c.key = ANY (%(keys)s))
FROM (
    SELECT e.n, e.occurred_at, e.id, e.tool, CASE WHEN {passing} THEN {key} END AS key
    FROM ({trails}) e OFFSET 0
) c
GROUP BY c.n

-- trail
-- One actor's events from a place down to a time. Values, not columns: so the planner reads the
-- index in its order and only the months asked for.
(SELECT {n} AS n, v.* FROM public.audit_event v
WHERE v.actor_kind = {kind} AND v.actor_id = {actor} AND v.occurred_at <= {at}
    AND (v.occurred_at, v.id) < ({at}, {id}) AND v.occurred_at >= {floor}
ORDER BY v.occurred_at DESC, v.id DESC LIMIT {size})

-- label
-- What an actor was called in the newest of their events that passes.
SELECT e.actor_label FROM (
    SELECT v.* FROM public.audit_event v WHERE v.actor_kind = %(kind)s AND v.actor_id = %(actor)s
        AND {in_span} ORDER BY v.occurred_at DESC, v.id DESC LIMIT {looked_at}
) e WHERE {passing} ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1

-- sums
-- What folds did, by entity, verb and area: how many records, and a few of them.
SELECT m.n, s.entity, s.verb, s.area, min(s.fields),
    count(DISTINCT s.record_id) + coalesce(sum(s.count) FILTER (WHERE s.record_id IS NULL), 0),
    (array_agg(DISTINCT s.record_id) FILTER (WHERE s.record_id IS NOT NULL))[1:{few}],
    array_agg(DISTINCT s.scope)
FROM unnest(%(n)s::int[], %(ids)s::bigint[]) AS m(n, id)
CROSS JOIN LATERAL (
    SELECT f.* FROM public.audit_effect f WHERE f.event_id = m.id AND {shown} OFFSET 0
) s
GROUP BY m.n, s.entity, s.verb, s.area
