"""Records as they were: by a moment or by a version, with all that they held, and what lies around.

Each look-up goes down the index (record, history_date DESC, history_id DESC) once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, models, router
from psycopg import sql

from audit.history_tables import HistoryTable, Version
from audit.paging import Position
from audit.selectors import Source

# Among how many versions of a record's children those that were there are looked for, and how many
# of them one page shows.
WINDOW, CHILDREN = 2_000, 50
WHOLE = 2**31 - 1


@dataclass(frozen=True)
class Mark:
    """A place in a record's history, without what the record held there."""

    history_id: int
    at: datetime
    kind: str
    scope: int | None


@dataclass(frozen=True)
class Around:
    """The marks around a place: the versions before and after it, the oldest and the newest."""

    first: Mark | None = None
    previous: Mark | None = None
    next: Mark | None = None
    newest: Mark | None = None


def version_as_of(
    model: type[models.Model], pk: int, at: datetime, using: str | None = None
) -> Version | None:
    """The version that held at a moment, complete; None when the record was not there yet.

    A record that was deleted by then has the version that ended it, with its last values.
    """
    return _newest(model, pk, sql.SQL("h.history_date <= %(at)s"), {"at": at}, using)


def complete_version(
    model: type[models.Model], pk: int, history_id: int, using: str | None = None
) -> Version | None:
    """One version of this record, complete; None when it has none of that id."""
    return _newest(model, pk, sql.SQL("h.history_id = %(id)s"), {"id": history_id}, using)


def version_before(version: Version, using: str | None = None) -> Version | None:
    """The version before this one, complete."""
    place = sql.SQL("(h.history_date, h.history_id) < (%(at)s, %(id)s)")
    params = {"at": version.at, "id": version.history_id}
    return _newest(version.model, version.record_id, place, params, using)


def newest_version(model: type[models.Model], pk: int, using: str | None = None) -> Version | None:
    """The newest version, complete: what the record holds now, or held last."""
    return _newest(model, pk, sql.SQL("true"), {}, using)


def _newest(
    model: type[models.Model],
    pk: int,
    condition: sql.Composable,
    params: dict[str, Any],
    using: str | None,
) -> Version | None:
    table = HistoryTable.of(model)
    source = sql.SQL(
        "SELECT h.* FROM {table} h WHERE h.{pk} = %(pk)s AND {condition} "
        "ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1"
    ).format(table=sql.Identifier(table.name), pk=sql.Identifier(table.pk), condition=condition)
    rows = table.select(source, {"pk": pk, **params}, using, whole_text=WHOLE, complete=True)
    return rows[0] if rows else None


def around(model: type[models.Model], pk: int, place: Position, using: str | None = None) -> Around:
    """What lies around a place in a record's history; one query."""
    table = HistoryTable.of(model)
    here = "(h.history_date, h.history_id) {} (%(at)s, %(id)s)"
    parts = {
        "first": ("true", "ASC"),
        "previous": (here.format("<"), "DESC"),
        "next": (here.format(">"), "ASC"),
        "newest": ("true", "DESC"),
    }
    query = sql.SQL(" UNION ALL ").join(
        sql.SQL(
            "(SELECT {name}, h.history_id, h.history_date, h.history_type, h.event_scope "
            "FROM {table} h WHERE h.{pk} = %(pk)s AND {condition} "
            "ORDER BY h.history_date {way}, h.history_id {way} LIMIT 1)"
        ).format(
            name=sql.Literal(name),
            table=sql.Identifier(table.name),
            pk=sql.Identifier(table.pk),
            condition=sql.SQL(condition),
            way=sql.SQL(way),
        )
        for name, (condition, way) in parts.items()
    )
    with connections[using or router.db_for_read(model)].cursor() as cursor:
        cursor.execute(query, {"pk": pk, "at": place.at, "id": place.id})
        return Around(**{name: Mark(*rest) for name, *rest in cursor.fetchall()})


def children_as_of(
    source: Source, pk: int, at: datetime, using: str | None = None
) -> list[Version]:
    """The records that pointed at this one at a moment, without their long texts.

    They are looked for among the last `WINDOW` versions of all its children until then.
    """
    table = HistoryTable.of(source.model)
    query = sql.SQL(
        "SELECT h.* FROM (SELECT DISTINCT w.{pk} FROM (SELECT v.{pk} FROM {table} v "
        "WHERE v.{parent} = %(pk)s AND v.history_date <= %(at)s "
        "ORDER BY v.history_date DESC, v.history_id DESC LIMIT {window}) w) k "
        "CROSS JOIN LATERAL (SELECT v.* FROM {table} v WHERE v.{pk} = k.{pk} "
        "AND v.history_date <= %(at)s ORDER BY v.history_date DESC, v.history_id DESC LIMIT 1) h "
        "WHERE h.{parent} = %(pk)s AND h.history_type <> '-' ORDER BY h.{pk} LIMIT {limit}"
    ).format(
        table=sql.Identifier(table.name),
        pk=sql.Identifier(table.pk),
        parent=sql.Identifier(table.column_of(source.column)),
        window=sql.Literal(WINDOW),
        limit=sql.Literal(CHILDREN),
    )
    found = table.select(query, {"pk": pk, "at": at}, using, whole_text=0)
    return sorted(found, key=lambda version: version.record_id)


def named_as_of(
    keys: dict[type[models.Model], set[int]], at: datetime, using: str | None = None
) -> list[models.Model]:
    """Records of tracked tables as they were at a moment, for their names; one query."""
    parts: list[sql.Composable] = []
    params: dict[str, Any] = {"at": at}
    for number, (model, ids) in enumerate(keys.items()):
        table = HistoryTable.of(model)
        params[f"ids{number}"] = sorted(ids)
        parts.append(
            sql.SQL(
                "SELECT {number}, to_jsonb(l) FROM unnest(%({ids})s::bigint[]) AS k(id) "
                "CROSS JOIN LATERAL (SELECT {columns} FROM {table} h WHERE h.{pk} = k.id "
                "AND h.history_date <= %(at)s "
                "ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1) l"
            ).format(
                number=sql.Literal(number),
                ids=sql.SQL(f"ids{number}"),
                columns=sql.SQL(", ").join(
                    sql.SQL("h.{}").format(sql.Identifier(c.column))
                    for c in table.columns
                    if not c.long
                ),
                table=sql.Identifier(table.name),
                pk=sql.Identifier(table.pk),
            )
        )
    if not parts:
        return []
    models_of = list(keys)
    with connections[using or router.db_for_read(models_of[0])].cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts), params)
        return [_record(models_of[number], values) for number, values in cursor.fetchall()]


def _record(model: type[models.Model], values: Any) -> models.Model:
    """A record out of JSON, as far as it goes; not saved."""
    held = json.loads(values) if isinstance(values, str) else values
    fields = {f.column: f for f in model._meta.concrete_fields}
    return model(
        **{fields[c].attname: fields[c].to_python(v) for c, v in held.items() if c in fields}
    )
