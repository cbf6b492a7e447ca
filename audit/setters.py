"""Who set each field of a record last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connections, models, router
from psycopg import sql

from audit.history_tables import HistoryTable

# How many versions back the setter of a field is looked for.
SETTERS_WINDOW = 300


@dataclass(frozen=True)
class Setter:
    """Which version gave a field the value that it has."""

    history_id: int
    at: datetime
    kind: str
    event_id: int
    event_at: datetime


@dataclass(frozen=True)
class Setters:
    """Setters by field name; for a field that is missing, none since `looked_back_to`."""

    by_field: dict[str, Setter]
    looked_back_to: datetime | None = None


def latest_setters(model: type[models.Model], pk: int, using: str | None = None) -> Setters:
    """Who set each field last, among the record's latest versions; one query.

    The record's creation set what was never changed since. A record that was changed more often
    than SETTERS_WINDOW times has fields without a setter here: the field's own history has it.
    """
    table = HistoryTable.of(model)
    query = sql.SQL(
        "SELECT DISTINCT ON (f.name) f.name, w.history_id, w.history_date, w.history_type, "
        "w.event_id, w.event_at, w.oldest, w.versions FROM (SELECT h.*, "
        "min(h.history_date) OVER () AS oldest, count(*) OVER () AS versions FROM (SELECT v.* "
        "FROM {table} v WHERE v.{pk} = %(pk)s ORDER BY v.history_date DESC, v.history_id DESC "
        "LIMIT {window}) h) w, unnest(CASE w.history_type WHEN '+' THEN %(fields)s::varchar[] "
        "ELSE w.changed_fields END) AS f(name) "
        "ORDER BY f.name, w.history_date DESC, w.history_id DESC"
    ).format(
        table=sql.Identifier(table.name),
        pk=sql.Identifier(table.pk),
        window=sql.Literal(SETTERS_WINDOW),
    )
    fields = [column.name for column in table.columns]
    with connections[using or router.db_for_read(model)].cursor() as cursor:
        cursor.execute(query, {"pk": pk, "fields": fields})
        rows = cursor.fetchall()
    found = {name: Setter(*key) for name, *key, _, _ in rows}
    complete = not rows or rows[0][-1] < SETTERS_WINDOW or len(found) == len(fields)
    return Setters(found, None if complete else rows[0][-2])
