"""What must hold of a whole database at rest, whatever was done to it."""

from __future__ import annotations

from typing import Any

from psycopg import sql

from audit.capture import BOOKKEEPING

SHOWN = 5
COLUMNS = """
SELECT array_agg(attname::text ORDER BY attname) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
"""
WITHOUT_EVENT = """
SELECT h.history_id FROM {history} h WHERE NOT EXISTS (SELECT FROM audit_event e
    WHERE e.id = h.event_id AND e.occurred_at = h.event_at AND e.kind = 'change'
    AND e.outcome = 'succeeded')
"""
# What an operation says that it did, against the records that history says were changed.
WITHOUT_CHANGE = """
SELECT e.id FROM audit_event e WHERE e.kind = 'change' AND e.outcome = 'succeeded'
    AND e.name NOT IN ('records.adopted', 'bulk.ended')
    AND NOT EXISTS (SELECT FROM audit_effect f WHERE f.event_id = e.id)
"""
HALF = """
SELECT e.id FROM audit_event e WHERE e.kind = 'change' AND e.outcome = 'succeeded'
    AND e.entity <> '' AND e.target_count > 0 AND e.name <> 'bulk.ended'
    AND e.target_count <> coalesce((SELECT sum(f.count) FROM audit_effect f
    WHERE f.event_id = e.id AND f.entity = e.entity), 0)
"""
EFFECTS = """
SELECT coalesce(c.event_id, f.event_id) FROM (
    SELECT event_id, event_at, entity, verb, fields, scope, area, sum(n) AS n FROM ({parts}) p
    GROUP BY 1, 2, 3, 4, 5, 6, 7) c
FULL JOIN (
    SELECT event_id, occurred_at, entity::text, verb::text, fields::text[], scope, area,
        sum(count) AS n FROM audit_effect GROUP BY 1, 2, 3, 4, 5, 6, 7) f
ON f.event_id = c.event_id AND f.occurred_at = c.event_at AND f.entity = c.entity
    AND f.verb = c.verb AND f.fields = c.fields AND f.scope IS NOT DISTINCT FROM c.scope
    AND f.area IS NOT DISTINCT FROM c.area
WHERE c.n IS DISTINCT FROM f.n
"""
COUNTED = """
SELECT event_id, event_at, {entity}::text AS entity, verb::text, changed_fields::text[] AS fields,
    event_scope AS scope, event_area AS area, count(*) AS n FROM {history}
GROUP BY 1, 2, 4, 5, 6, 7
"""
SEALS = "SELECT f.event_id FROM audit_seal s, LATERAL audit_verify_seal(s.id) f"
# The newest version of every record, by history_id, is the record; a deleted one is not there.
REPLAYED = """
SELECT coalesce(h.{pk}, t.{pk}) FROM (
    SELECT DISTINCT ON ({pk}) * FROM {history} ORDER BY {pk}, history_id DESC) h
FULL JOIN {table} t ON t.{pk} = h.{pk}
WHERE CASE WHEN h.history_id IS NULL THEN true WHEN h.history_type = '-' THEN t.{pk} IS NOT NULL
    ELSE t.{pk} IS NULL OR ROW({told}) IS DISTINCT FROM ROW({live}) END
"""
# Versions alternate as they must: a record begins once, and ends only after it began.
BROKEN = """
SELECT history_id FROM (
    SELECT history_id, history_type AS this, history_date, lag(history_type) OVER w AS before,
        lag(history_date) OVER w AS date_before FROM {history}
    WINDOW w AS (PARTITION BY {pk} ORDER BY history_id)) v
WHERE (this = '+') <> (before IS NULL OR before = '-') OR history_date <= date_before
"""


def faults(connection: Any, begun: bool = True, idle: bool = False) -> list[str]:
    """Whatever is wrong, in words; nothing when history tells the tables exactly.

    Args:
        connection: a psycopg connection that may read everything.
        begun: whether every record's history begins with its creation or adoption.
        idle: whether an event may have been opened and nothing changed.
    """
    found: list[str] = []

    def ask(what: str, query: Any) -> None:
        rows = [row[0] for row in connection.execute(query).fetchall()]
        if rows:
            found.append(f"{what}: {len(rows)}, {rows[:SHOWN]}")

    captured = connection.execute(
        "SELECT table_name::text, history_table::text, entity FROM audit_capture"
    ).fetchall()
    parts = []
    for table, history, entity in captured:
        names = _names(connection, table, history, entity)
        ask(f"{entity}: versions without their event", sql.SQL(WITHOUT_EVENT).format(**names))
        ask(f"{entity}: records that history tells otherwise", sql.SQL(REPLAYED).format(**names))
        if begun:
            ask(f"{entity}: versions out of turn", sql.SQL(BROKEN).format(**names))
        parts.append(sql.SQL(COUNTED).format(**names))
    ask(
        "effects that do not add up",
        sql.SQL(EFFECTS).format(parts=sql.SQL(" UNION ALL ").join(parts)),
    )
    if not idle:
        ask("succeeded events without a change", WITHOUT_CHANGE)
    ask("operations half done", HALF)
    ask("events that are not as they were sealed", SEALS)
    return found


def _names(connection: Any, table: str, history: str, entity: str) -> dict[str, Any]:
    columns = [
        c for c in _columns(connection, history) if c not in {*BOOKKEEPING, "history_change_reason"}
    ]
    return {
        "table": sql.Identifier("public", table),
        "history": sql.Identifier("public", history),
        "entity": sql.Literal(entity),
        "pk": sql.Identifier("id"),
        "told": sql.SQL(", ").join(sql.SQL("h.{}").format(sql.Identifier(c)) for c in columns),
        "live": sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(c)) for c in columns),
    }


def _columns(connection: Any, table: str) -> list[str]:
    return list(connection.execute(COLUMNS, [f"public.{table}"]).fetchone()[0])
