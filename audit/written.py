"""What the open transaction's event has written so far: to compare it, and to show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, models
from psycopg import sql

from audit.history_tables import Column, HistoryTable, from_json

# A line for each version: what was done to which record, and in which version it was met. What is
# new is left out, since some of it is the clock's, and so are the ids of records just made.
DIGEST = (
    "SELECT encode(sha256(convert_to(coalesce(string_agg(l.line, E'\\n' ORDER BY l.line COLLATE "
    "\"C\"), ''), 'UTF8')), 'hex') FROM (SELECT concat_ws('|', h.verb, CASE h.history_type "
    "WHEN '+' THEN '' ELSE h.{pk}::text END, array_to_string(h.changed_fields, ','), "
    "CASE WHEN p.event_id <> h.event_id THEN p.history_id::text ELSE '' END) AS line "
    "FROM {table} h LEFT JOIN LATERAL (SELECT v.history_id, v.event_id FROM {table} v "
    "WHERE v.{pk} = h.{pk} AND (v.history_date, v.history_id) < (h.history_date, h.history_id) "
    "ORDER BY v.history_date DESC, v.history_id DESC LIMIT 1) p ON true "
    "WHERE h.event_id = %s) l"
)
# The versions of one verb and one set of fields, with those fields before and after.
CHANGES = (
    "SELECT h.history_id, h.{pk} {columns} FROM (SELECT * FROM {table} WHERE event_id = %s "
    "AND verb = %s AND changed_fields = %s::varchar[] ORDER BY history_id LIMIT %s) h "
    "LEFT JOIN LATERAL (SELECT v.* FROM {table} v WHERE v.{pk} = h.{pk} "
    "AND (v.history_date, v.history_id) < (h.history_date, h.history_id) "
    "ORDER BY v.history_date DESC, v.history_id DESC LIMIT 1) p ON true ORDER BY h.history_id"
)


@dataclass(frozen=True)
class WrittenChange:
    """One version that an event wrote: of which record, and (before, after) by field name."""

    history_id: int
    record_id: int
    changes: dict[str, tuple[Any, Any]]


def digest_of(model: type[models.Model], event_id: int, using: str) -> str:
    """A hash over what an event did to a model's records, as hexadecimal digits.

    The same for another run of the same change, as long as every record that it reaches is in the
    version that it was in then.
    """
    table = HistoryTable.of(model)
    query = sql.SQL(DIGEST).format(table=sql.Identifier(table.name), pk=sql.Identifier(table.pk))
    with connections[using].cursor() as cursor:
        cursor.execute(query, [event_id])
        return str(cursor.fetchone()[0])


def changes_of(
    model: type[models.Model],
    event_id: int,
    verb: str,
    fields: Sequence[str],
    *,
    limit: int,
    text: int,
    using: str,
) -> list[WrittenChange]:
    """The versions of one effect, in the order they were written, reading no other columns.

    Args:
        verb, fields: of the effect; a version that made or ended a record has no fields.
        limit: how many at most.
        text: how much of a long text is read, in characters.
    """
    table = HistoryTable.of(model)
    columns = [column for column in table.columns if column.name in set(fields)]
    parts = [_part(side, column, text) for side in "ph" for column in columns]
    query = sql.SQL(CHANGES).format(
        table=sql.Identifier(table.name),
        pk=sql.Identifier(table.pk),
        columns=sql.SQL("").join(sql.SQL(", {}").format(part) for part in parts),
    )
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(query, [event_id, verb, list(fields), limit])
        return [_change(row, columns, connection) for row in cursor.fetchall()]


def _part(side: str, column: Column, text: int) -> sql.Composable:
    name = sql.SQL("{}.{}").format(sql.SQL(side), sql.Identifier(column.column))
    return sql.SQL("left({}, {})").format(name, sql.Literal(text)) if column.long else name


def _change(row: tuple[Any, ...], columns: Sequence[Column], connection: Any) -> WrittenChange:
    history_id, record_id, *values = row
    for at, column in enumerate([*columns, *columns]):
        if isinstance(column.field, models.JSONField):
            values[at] = from_json(column.field, values[at], connection)
    pairs = zip(values[: len(columns)], values[len(columns) :], strict=True)
    names = [column.name for column in columns]
    return WrittenChange(history_id, record_id, dict(zip(names, pairs, strict=True)))
