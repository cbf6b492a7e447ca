"""Reading history: versions of records with the version before each, by keyset.

Nothing counts or skips: a page costs what it shows. A filter that few versions pass looks back over
a bounded stretch and then says how far it came (`Page.looked_back_to`). `feeds` reads events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, models, router
from psycopg import sql

from audit.filters import EVERYTHING, Columns, Filters, all_of, change_conditions, parameters
from audit.history_tables import HistoryTable, Version
from audit.paging import Page, Position

# A version as what filters ask of.
VERSION = Columns("s", "changed_fields", "event_scope", "event_at")
# How many versions one page looks through for those that pass a filter.
WINDOW = 2_000


@dataclass(frozen=True)
class Source:
    """One history that a timeline reads: the record's own (by its id), or its children's."""

    model: type[models.Model]
    column: str = ""


def versions_of(
    pk: int,
    sources: Sequence[Source],
    filters: Filters = EVERYTHING,
    before: Position | None = None,
    limit: int = 20,
    using: str | None = None,
) -> Page[Version]:
    """A record's versions, and its children's among them, newest first; one query a source.

    Versions of one event that end a page are left to the next one, if others are on it.
    """
    pages = [
        _page_of_source(pk, source, filters, before, limit + 1, using)
        for source in sources
        if not filters.entity or filters.entity == HistoryTable.of(source.model).entity
    ]
    # No older than where every source that has more was read to: beyond, some would be missing.
    horizon = max((page.next for page in pages if page.next), default=None)
    rows = sorted((row for page in pages for row in page.rows), key=_place, reverse=True)
    rows = [row for row in rows if horizon is None or _place(row) >= horizon]
    if len(rows) > limit:
        rows = _whole_events(rows, limit)
        return Page(rows, _place(rows[-1]))
    looked = [page.looked_back_to for page in pages if page.next and page.looked_back_to]
    return Page(rows, horizon, max(looked, default=None) if horizon else None)


def _place(version: Version) -> Position:
    return Position(version.at, version.history_id)


def _whole_events(rows: list[Version], limit: int) -> list[Version]:
    """At most `limit` rows, without the beginning of an event that goes on behind them."""
    shown, following = rows[:limit], rows[limit].event_id
    while shown and shown[-1].event_id == following:
        shown.pop()
    return shown or rows[:limit]


def _page_of_source(
    pk: int,
    source: Source,
    filters: Filters,
    before: Position | None,
    limit: int,
    using: str | None,
) -> Page[Version]:
    table = HistoryTable.of(source.model)
    column = table.column_of(source.column) if source.column else table.pk
    own = sql.SQL("h.{} = %(pk)s").format(sql.Identifier(column))
    within, params = _bounds(filters, before)
    scanned = sql.SQL(
        "SELECT h.* FROM {table} h WHERE {conditions} "
        "ORDER BY h.history_date DESC, h.history_id DESC LIMIT {window}"
    ).format(
        table=sql.Identifier(table.name),
        conditions=all_of([own, *within]),
        window=sql.Literal(WINDOW if filters.narrows else limit),
    )
    params |= {"pk": pk, **parameters(filters)}
    rows = table.select(_found(scanned, filters, limit), params, using)
    if len(rows) == limit:
        return Page(rows, _place(rows[-1]))
    end = _end_of(scanned, params, table, using) if filters.narrows else None
    return Page(rows, end, end.at if end else None)


def _bounds(
    filters: Filters, before: Position | None
) -> tuple[list[sql.Composable], dict[str, Any]]:
    """What the index itself narrows by: the place in the order, and the time."""
    parts: list[sql.Composable] = []
    if before:
        parts.append(sql.SQL("(h.history_date, h.history_id) < (%(at)s, %(id)s)"))
    if filters.since:
        parts.append(sql.SQL("h.history_date >= %(since)s"))
    if filters.until:
        parts.append(sql.SQL("h.history_date < %(until)s"))
    return parts, {"at": before.at, "id": before.id} if before else {}


def _found(scanned: sql.Composed, filters: Filters, limit: int) -> sql.Composed:
    """Those of the scanned versions that pass, newest first."""
    conditions = change_conditions(filters, VERSION)
    return sql.SQL(
        "SELECT s.* FROM ({scanned}) s WHERE {conditions} "
        "ORDER BY s.history_date DESC, s.history_id DESC LIMIT {limit}"
    ).format(scanned=scanned, conditions=all_of(conditions), limit=sql.Literal(limit))


def _end_of(
    scanned: sql.Composed, params: dict[str, Any], table: HistoryTable, using: str | None
) -> Position | None:
    """Where the window ended; None when it held everything there is."""
    query = sql.SQL(
        "SELECT min(s.history_date), "
        "(array_agg(s.history_id ORDER BY s.history_date, s.history_id))[1], count(*) "
        "FROM ({scanned}) s"
    ).format(scanned=scanned)
    with connections[using or router.db_for_read(table.model)].cursor() as cursor:
        cursor.execute(query, params)
        at, history_id, count = cursor.fetchone()
    return Position(at, history_id) if count == WINDOW else None


def versions_of_event(
    model: type[models.Model],
    event_ids: Sequence[int],
    after: int = 0,
    limit: int = 50,
    hidden_scopes: frozenset[int] = frozenset(),
    using: str | None = None,
) -> list[Version]:
    """What events did to the records of a model, in the order it was done, from `after` on."""
    table = HistoryTable.of(model)
    hidden = "AND (h.event_scope IS NULL OR h.event_scope <> ALL (%(hidden)s))"
    source = sql.SQL(
        "SELECT h.* FROM {table} h WHERE h.event_id {events} "
        "AND h.history_id > %(after)s {hidden} ORDER BY h.history_id LIMIT {limit}"
    ).format(
        table=sql.Identifier(table.name),
        # Equality, where there is one event, lets the index give the order.
        events=sql.SQL("= ANY (%(events)s)" if len(event_ids) != 1 else "= %(event)s"),
        hidden=sql.SQL(hidden if hidden_scopes else ""),
        limit=sql.Literal(limit),
    )
    params = {
        "events": list(event_ids),
        "event": event_ids[0] if event_ids else None,
        "after": after,
        "hidden": sorted(hidden_scopes),
    }
    return table.select(source, params, using, newest_first=False)


def version(model: type[models.Model], history_id: int, using: str | None = None) -> Version | None:
    """One version, with its texts whole whatever their length."""
    table = HistoryTable.of(model)
    source = sql.SQL("SELECT h.* FROM {table} h WHERE h.history_id = %(id)s").format(
        table=sql.Identifier(table.name)
    )
    rows = table.select(source, {"id": history_id}, using, whole_text=2**31 - 1)
    return rows[0] if rows else None


def last_version_ids(
    model: type[models.Model], keys: Sequence[int], using: str | None = None
) -> dict[int, int]:
    """The id of the newest version of each record, without what it holds."""
    table = HistoryTable.of(model)
    query = sql.SQL(
        "SELECT k.id, l.history_id FROM unnest(%(keys)s::bigint[]) AS k(id) CROSS JOIN LATERAL ("
        "SELECT h.history_id FROM {table} h WHERE h.{pk} = k.id "
        "ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1) l"
    ).format(table=sql.Identifier(table.name), pk=sql.Identifier(table.pk))
    with connections[using or router.db_for_read(model)].cursor() as cursor:
        cursor.execute(query, {"keys": list(keys)})
        return dict(cursor.fetchall())


def last_versions(
    model: type[models.Model], keys: Sequence[int], using: str | None = None
) -> dict[int, Version]:
    """The newest version of each record: what is left of those that are deleted."""
    table = HistoryTable.of(model)
    source = sql.SQL(
        "SELECT l.* FROM unnest(%(keys)s::bigint[]) AS k(id) CROSS JOIN LATERAL ("
        "SELECT h.* FROM {table} h WHERE h.{pk} = k.id "
        "ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1) l"
    ).format(table=sql.Identifier(table.name), pk=sql.Identifier(table.pk))
    rows = table.select(source, {"keys": list(keys)}, using)
    return {row.record_id: row for row in rows}
