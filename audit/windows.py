"""Events that pass a filter, newest first, read through windows of bounded length.

A window reads its candidates from one index (two, inside a scope), looks at each, and says where it
ended. However few pass, a page costs no more than its windows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connections, router
from psycopg import sql

from audit.event_filters import (
    EventFilters,
    event_conditions,
    event_parameters,
    indexed_conditions,
    what_it_did,
)
from audit.filters import Filters, all_of
from audit.models import Event
from audit.paging import Page, Position
from audit.statements import statement

FILE = "folds.sql"
# How many events a page looks through: few at first, which suffice when most of them pass.
SIZES = (250, 4_000)
# Neighbours of one fold are at most so far apart.
GAP = timedelta(minutes=30)
# How many of an actor's events are looked at to see whether a fold began on an earlier page.
LOOKED_AT = 500


@dataclass(frozen=True)
class Row:
    """An event that passes.

    Attributes:
        key: what it has in common with the others of its fold.
        joined: whether it goes on with a newer one that lies before the window.
    """

    place: Position
    actor: tuple[str, str]
    tool: str
    key: str
    joined: bool


@dataclass(frozen=True)
class Window:
    """The events of a window that pass, and where it ended; `edge` is None at the very end."""

    rows: list[Row]
    edge: Position | None


@dataclass(frozen=True)
class Question:
    """What is asked of the events, in SQL.

    Args: children: entities whose changes go along with those of their records.
    """

    filters: EventFilters
    children: Sequence[str] = ()
    using: str | None = None

    @property
    def alias(self) -> str:
        return self.using or router.db_for_read(Event)

    @property
    def passing(self) -> sql.Composable:
        """That an event `e` passes."""
        return all_of([*indexed_conditions(self.filters), *event_conditions(self.filters)])

    @property
    def shown(self) -> sql.Composable:
        """That an effect `f` is shown with its event."""
        return all_of(what_it_did(self.filters))

    @property
    def key(self) -> sql.Composable:
        return statement(FILE, "key").format(shown=self.shown)

    @property
    def params(self) -> dict[str, Any]:
        return {**event_parameters(self.filters), "children": list(self.children), "gap": GAP}

    def ask(self, query: sql.Composable, params: dict[str, Any]) -> list[tuple[Any, ...]]:
        with connections[self.alias].cursor() as cursor:
            cursor.execute(query, {**self.params, **params})
            return cursor.fetchall()


def windows(question: Question, before: Position | None, keyed: bool = True) -> Iterator[Window]:
    """Windows from a place on, as many as one page may look through."""
    for size in SIZES:
        window = read_window(question, before, size, keyed)
        yield window
        if window.edge is None:
            return
        before = window.edge


def read_window(
    question: Question, before: Position | None, size: int, keyed: bool = True
) -> Window:
    """The next `size` candidates, and those of them that pass; keys only for who folds."""
    key = question.key if keyed else sql.SQL("''")
    sources = _sources(question.filters, before, size)
    names = [sql.Identifier(f"c{number}") for number in range(len(sources))]
    end, joined = statement(FILE, "end_of_source"), statement(FILE, "joined")
    named = sql.SQL("{} AS MATERIALIZED ({})")
    query = statement(FILE, "window").format(
        sources=sql.SQL(", ").join(
            named.format(*pair) for pair in zip(names, sources, strict=True)
        ),
        ends=_union(end.format(source=name, size=sql.Literal(size)) for name in names),
        all=_union(sql.SQL("SELECT * FROM {}").format(name) for name in names),
        passing=question.passing,
        key=key,
        joined=joined.format(
            in_time=all_of(within("v", "id", question.filters, None)),
            passing=question.passing,
            key=key,
            looked_at=sql.Literal(LOOKED_AT),
        )
        if before and keyed
        else sql.SQL("false"),
    )
    rows = question.ask(query, _bounds(before))
    edge = Position(*rows[0][:2]) if rows[0][0] else None
    return Window([_row(row[2:]) for row in rows if row[2]], edge)


def _row(values: tuple[Any, ...]) -> Row:
    at, pk, kind, actor, tool, key, joined = values
    return Row(Position(at, pk), (kind, actor), tool, key, bool(joined))


def _bounds(before: Position | None) -> dict[str, Any]:
    if before is None:
        return {}
    return {**place(before), "before_at": before.at, "before_id": before.id}


def _union(parts: Iterator[sql.Composed]) -> sql.Composed:
    return sql.SQL(" UNION ALL ").join(list(parts))


def _sources(filters: EventFilters, before: Position | None, size: int) -> list[sql.Composed]:
    """The indexes that candidates are read from: the narrowest of those that a filter allows."""
    literal = sql.Literal(size)
    by_event, by_effect = (
        within("e", "id", filters, before),
        within("s", "event_id", filters, before),
    )
    events, effects = statement(FILE, "source_of_events"), statement(FILE, "source_of_effects")
    narrow = indexed_conditions(filters)
    if not narrow and filters.boundary:
        inside = filters.boundary.inside("s")
        found = [effects.format(conditions=all_of([inside, *by_effect]), size=literal)]
        if filters.boundary.kind == "scope":
            about = [filters.boundary.inside("e"), sql.SQL("e.scope IS NOT NULL"), *by_event]
            found.append(events.format(conditions=all_of(about), size=literal))
        return found
    narrow = narrow or _by_partial_index(filters)
    if not narrow and filters.verb not in {"", "created", "changed"}:
        verb = sql.SQL("s.verb = %(verb)s AND s.verb <> 'created' AND s.verb <> 'changed'")
        return [effects.format(conditions=all_of([verb, *by_effect]), size=literal)]
    return [events.format(conditions=all_of([*narrow, *by_event]), size=literal)]


def _by_partial_index(filters: EventFilters) -> list[sql.Composable]:
    """Conditions that one of the small indexes of what is out of the ordinary answers."""
    if filters.name not in {"", "records.changed"}:
        return [sql.SQL("e.name = %(name)s AND e.name <> 'records.changed'")]
    if filters.outcome not in {"", "succeeded"}:
        return [sql.SQL("e.outcome = %(outcome)s AND e.outcome <> 'succeeded'")]
    if filters.text and not filters.verb:
        return [sql.SQL("(e.reason <> '' OR e.detail <> '')")]
    return []


def passing_page(question: Question, before: Position | None, limit: int) -> Page[Position]:
    """A page of events that pass, each for itself; at most two queries."""
    places: list[Position] = []
    edge: Position | None = None
    for window in windows(question, before, keyed=False):
        edge = window.edge
        places += [row.place for row in window.rows]
        if len(places) > limit:
            return Page(places[:limit], places[limit - 1])
    return Page(places, edge, edge.at if edge else None)


def next_passing(
    question: Question, before: Position | None, size: int
) -> tuple[list[Position], Position | None]:
    """The events that pass among the next `size`, and where to go on: for reading all of them."""
    window = read_window(question, before, size, keyed=False)
    return [row.place for row in window.rows], window.edge


def actor_label(question: Question, kind: str, actor: str) -> str:
    """What an actor was called in the newest of their events that passes; "" when none does.

    Only their newest LOOKED_AT events are looked at.
    """
    query = statement(FILE, "label").format(
        passing=question.passing, looked_at=sql.Literal(LOOKED_AT)
    )
    found = question.ask(query, {"kind": kind, "actor": actor})
    return str(found[0][0]) if found else ""


def within(
    alias: str, id_column: str, filters: Filters, before: Position | None
) -> list[sql.Composable]:
    """The place in the order and the time range; the plain comparison prunes partitions."""
    parts: list[sql.Composable] = []
    names = {"a": sql.Identifier(alias), "id": sql.Identifier(id_column)}
    if before:
        parts.append(sql.SQL("{a}.occurred_at <= %(at)s").format(**names))
        parts.append(sql.SQL("({a}.occurred_at, {a}.{id}) < (%(at)s, %(id)s)").format(**names))
    if filters.since:
        parts.append(sql.SQL("{a}.occurred_at >= %(since)s").format(**names))
    if filters.until:
        parts.append(sql.SQL("{a}.occurred_at < %(until)s").format(**names))
    return parts


def place(before: Position | None) -> dict[str, Any]:
    """What `within` refers to, by name."""
    return {"at": before.at, "id": before.id} if before else {}
