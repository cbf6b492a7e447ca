"""What history and the tables hold of records, without their long texts: set by set."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, models
from psycopg import sql

from audit.models import Event
from backoffice.operations.rewriting.tables import Table, batches

# So many rows are asked for in one statement; so many later versions of a record are walked.
ROWS, LATER = 2_000, 500
UNDONE = "event.undone"


@dataclass(frozen=True)
class Mark:
    """A version without what it holds, and the version before it.

    `event_at` is there where the event is not one of those that were asked for.
    """

    history_id: int
    event_id: int
    event_at: datetime | None
    kind: str
    fields: tuple[str, ...]
    before: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it made or ended the record, and so set all of it."""
        return self.kind != "~"


MARKS = """
WITH chosen AS (
    SELECT h.{pk} AS id, min(h.history_date) AS since FROM unnest(%s::bigint[]) AS k(id)
    CROSS JOIN LATERAL (
        SELECT v.{pk}, v.history_date FROM public.{history} v WHERE v.event_id = k.id
    ) h GROUP BY 1
)
SELECT c.id, v.history_id, v.event_id,
    CASE WHEN NOT v.event_id = ANY (%s::bigint[]) THEN v.event_at END,
    v.history_type, v.changed_fields
FROM chosen c CROSS JOIN LATERAL (
    (SELECT h.* FROM public.{history} h WHERE h.{pk} = c.id AND h.history_date >= c.since
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT {later})
    UNION ALL
    (SELECT h.* FROM public.{history} h WHERE h.{pk} = c.id AND h.history_date < c.since
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1)
) v ORDER BY c.id, v.history_date DESC, v.history_id DESC
"""
# The last of each record's versions, where that ended it.
ENDS = """
SELECT k.id, l.history_id, l.event_id, l.event_at, l.event_scope
FROM unnest(%s::bigint[]) AS k(id) CROSS JOIN LATERAL (
    SELECT h.* FROM public.{history} h WHERE h.{pk} = k.id
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1
) l WHERE l.history_type = '-'
"""


@dataclass(frozen=True)
class End:
    """How a record ended: the version that holds what it was last."""

    pk: int
    history_id: int
    event_id: int
    event_at: datetime
    scope: int | None


def ask(query: str, table: Table, params: Sequence[Any], **parts: sql.Composable) -> list[Any]:
    """Rows of a query over a table and its history, on the primary."""
    ready = sql.SQL(query).format(
        table=sql.Identifier(table.name),
        history=sql.Identifier(table.history.name),
        pk=sql.Identifier(table.pk),
        **parts,
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(ready, params)
        return list(cursor.fetchall())


def marks_of(table: Table, events: Collection[int]) -> dict[int, list[Mark]]:
    """For each record that these events changed: its versions from the first of theirs on.

    Newest first, with the one before them as the last; one more than LATER where there are more.
    """
    asked = sorted(events)
    rows = ask(MARKS, table, [asked, asked], later=sql.Literal(LATER + 1))
    found: dict[int, list[Mark]] = {}
    for pk, *rest in reversed(rows):
        marks = found.setdefault(pk, [])
        before = marks[-1].history_id if marks else None
        history_id, event_id, event_at, kind, names = rest
        marks.append(Mark(history_id, event_id, event_at, kind, tuple(names), before))
    return {pk: marks[::-1] for pk, marks in found.items()}


def ends_of(table: Table, keys: Iterable[int]) -> dict[int, End]:
    """Those of these records that are gone, with their ends."""
    found: dict[int, End] = {}
    for batch in batches(sorted(set(keys)), ROWS):
        found |= {row[0]: End(*row) for row in ask(ENDS, table, [list(batch)])}
    return found


def living(table: Table, keys: Iterable[int], lock: bool = False) -> set[int]:
    """Those of these records that are there; `lock` keeps them so until the transaction ends."""
    query = "SELECT t.{pk} FROM public.{table} t WHERE t.{pk} = ANY (%s::bigint[])"
    if lock:
        query += " ORDER BY t.{pk} FOR UPDATE"
    found: set[int] = set()
    for batch in batches(sorted(set(keys)), ROWS):
        found |= {row[0] for row in ask(query, table, [list(batch)])}
    return found


def held(
    table: Table, names: Collection[str], keys: Iterable[int], cut: int = 0
) -> dict[int, dict[str, Any]]:
    """What living records hold in these fields, by id; of long texts `cut` characters."""
    query = "SELECT t.{pk}, {columns} FROM public.{table} t WHERE t.{pk} = ANY (%s::bigint[])"
    return _values(query, "t", table, names, keys, cut)


def kept(
    table: Table, names: Collection[str], keys: Iterable[int], cut: int = 0
) -> dict[int, dict[str, Any]]:
    """What history rows hold in these fields, by their ids; of long texts `cut` characters."""
    query = (
        "SELECT h.history_id, {columns} FROM public.{history} h "
        "WHERE h.history_id = ANY (%s::bigint[])"
    )
    return _values(query, "h", table, names, keys, cut)


def _values(
    query: str, side: str, table: Table, names: Collection[str], keys: Iterable[int], cut: int
) -> dict[int, dict[str, Any]]:
    ordered = sorted(names)
    if not ordered:
        return {}
    columns = sql.SQL(", ").join(_read(side, table, name, cut) for name in ordered)
    found: dict[int, dict[str, Any]] = {}
    for batch in batches(sorted(set(keys)), ROWS):
        for pk, *values in ask(query, table, [list(batch)], columns=columns):
            found[pk] = dict(zip(ordered, values, strict=True))
    return found


def _read(side: str, table: Table, name: str, cut: int) -> sql.Composable:
    column = sql.SQL("{}.{}").format(sql.SQL(side), sql.Identifier(table.column(name)))
    if cut and isinstance(table.fields[name], models.TextField):
        return sql.SQL("left({}, {})").format(column, sql.Literal(cut))
    return column


def standing_alike(table: Table, wanted: Mapping[tuple[int, str], int]) -> set[tuple[int, str]]:
    """Those of (record, field) that hold already what a history row has there."""
    by_name: dict[str, list[tuple[int, int]]] = {}
    for (pk, name), history_id in wanted.items():
        by_name.setdefault(name, []).append((pk, history_id))
    query = (
        "SELECT k.pk FROM unnest(%s::bigint[], %s::bigint[]) AS k(pk, source) "
        "JOIN public.{table} t ON t.{pk} = k.pk "
        "JOIN public.{history} h ON h.history_id = k.source "
        "WHERE t.{column} IS NOT DISTINCT FROM h.{column}"
    )
    alike = set()
    for name, pairs in by_name.items():
        column = sql.Identifier(table.column(name))
        for batch in batches(pairs, ROWS):
            arrays = [[pk for pk, _source in batch], [source for _pk, source in batch]]
            alike |= {(row[0], name) for row in ask(query, table, arrays, column=column)}
    return alike


def others_among(marks: Iterable[Sequence[Mark]]) -> dict[int, datetime]:
    """The events of these versions that were not asked for, with their times."""
    return {mark.event_id: mark.event_at for one in marks for mark in one if mark.event_at}


def undoings(events: Mapping[int, datetime]) -> dict[int, frozenset[int]]:
    """Those of these events that undid others, and which: all that a batch of them stands for."""
    found: dict[int, frozenset[int]] = {}
    for batch in batches(sorted(events), ROWS):
        span = (min(events[pk] for pk in batch), max(events[pk] for pk in batch))
        rows = Event.objects.using("default").filter(
            id__in=batch, occurred_at__range=span, name=UNDONE, outcome="succeeded"
        )
        for pk, params in rows.values_list("id", "params"):
            named = {int(key) for key in params.get("targets", [])}
            found[pk] = frozenset(named | parts_of(named))
    return found


def parts_of(events: Collection[int]) -> set[int]:
    """The events that did what these had asked for, in batches."""
    parts = Event.objects.using("default").filter(parent_id__in=events, outcome="succeeded")
    return set(parts.values_list("id", flat=True)) if events else set()
