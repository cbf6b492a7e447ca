"""Events that pass a filter, newest first, read through windows of bounded length.

A window reads its candidates from one index (two, inside a scope), looks at each, and says where it
ended. However few pass, a page costs no more than its windows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from psycopg import sql

from audit.event_filters import EventFilters, indexed_conditions
from audit.filters import all_of
from audit.paging import Page, Places, Position
from audit.questions import FILE, SIZES, Question, within
from audit.statements import statement

# How many of an actor's events are looked at to see whether a fold began on an earlier page.
LOOKED_AT = 500
_NO, _PLACE = sql.SQL("false"), sql.SQL("e.occurred_at, e.id")
_IN_SCOPE = sql.SQL("e.scope IS NOT NULL")
_Passed = TypeVar("_Passed")


@dataclass(frozen=True)
class Run:
    """Events in a row that pass and have their key in common.

    Attributes:
        tools: by what they were made, the latest first; some may stand there several times.
        joined: whether they go on with a newer one that lies before the page.
    """

    places: Places
    actor: tuple[str, str]
    key: str
    tools: list[str]
    joined: bool


@dataclass(frozen=True)
class Window(Generic[_Passed]):
    """What passes of a window, and where it ended; `edge` is None at the very end."""

    rows: list[_Passed]
    edge: Position | None


Reading = Callable[[Question, Position | None, int, Position | None], Window[_Passed]]


def windows(
    question: Question, before: Position | None, read: Reading[_Passed]
) -> Iterator[Window[_Passed]]:
    """Windows from a place on, as many as one page may look through."""
    place = before
    for size in SIZES:
        window = read(question, place, size, before)
        yield window
        if window.edge is None:
            return
        place = window.edge


def read_runs(
    question: Question, place: Position | None, size: int, before: Position | None
) -> Window[Run]:
    """The next `size` candidates, and the runs of those that pass.

    `before` is where the page begins: what lies between is in the page's hands already.
    """

    def query(near: Question) -> sql.Composable:
        joined = statement(FILE, "joined").format(
            in_time=all_of(within("v", "id", near.filters, None)),
            passing=near.passing,
            key=near.key,
            looked_at=sql.Literal(LOOKED_AT),
        )
        return statement(FILE, "runs").format(
            passed=_passed(near, near.key, place, size), joined=joined if before else _NO
        )

    rows = _asked(question, place, size, before, query)
    return Window([_run(row[2:]) for row in rows if row[2]], _edge(rows))


def read_each(
    question: Question, place: Position | None, size: int, before: Position | None = None
) -> Window[Position]:
    """The next `size` candidates, and those of them that pass."""

    def query(near: Question) -> sql.Composable:
        passed = _passed(near, sql.SQL("''"), place, size)
        return statement(FILE, "each").format(passed=passed)

    rows = _asked(question, place, size, before, query)
    return Window([Position(*row[2:]) for row in rows if row[2]], _edge(rows))


def _asked(
    question: Question,
    place: Position | None,
    size: int,
    before: Position | None,
    query: Callable[[Question], sql.Composable],
) -> list[tuple[Any, ...]]:
    """Asked of the last months first, where they are likely to hold enough: see `Question.near`."""
    bounds = _bounds(place, before)
    near = question.near(place, size)
    rows = near.ask(query(near), bounds) if near else []
    if near and _edge(rows) is not None:
        return rows
    return question.ask(query(question), bounds)


def _edge(rows: list[tuple[Any, ...]]) -> Position | None:
    return Position(*rows[0][:2]) if rows[0][0] else None


def _run(values: tuple[Any, ...]) -> Run:
    kind, actor, key, times, ids, tools, joined = values
    return Run(Places(times, ids), (kind, actor), key, tools, bool(joined))


def _bounds(place: Position | None, before: Position | None) -> dict[str, Any]:
    found = {"at": place.at, "id": place.id} if place else {}
    return found | ({"before_at": before.at, "before_id": before.id} if before else {})


def _passed(
    question: Question, key: sql.Composable, place: Position | None, size: int
) -> sql.Composable:
    """The beginning of a query over the events of a window that pass, as `p`."""
    filters = question.filters
    sources, are_whole = _sources(filters, place, size)
    names = [sql.Identifier(f"c{number}") for number in range(len(sources))]
    end, named = statement(FILE, "end_of_source"), sql.SQL("{} AS MATERIALIZED ({})")
    everything = _union(sql.SQL("SELECT * FROM {}").format(name) for name in names)
    looked_up = statement(FILE, "looked_up").format(
        all=everything, in_span=all_of(filters.within_span("v"))
    )
    return statement(FILE, "passed").format(
        sources=sql.SQL(", ").join(
            named.format(*pair) for pair in zip(names, sources, strict=True)
        ),
        ends=_union(end.format(source=name, size=sql.Literal(size)) for name in names),
        looked_at=everything if are_whole else looked_up,
        passing=question.passing,
        key=key,
    )


def _union(parts: Iterator[sql.Composed]) -> sql.Composed:
    return sql.SQL(" UNION ALL ").join(list(parts))


def _sources(
    filters: EventFilters, place: Position | None, size: int
) -> tuple[list[sql.Composed], bool]:
    """The indexes that candidates are read from: the narrowest of those that a filter allows.

    And whether they are whole events, of one source, that need not be looked up.
    """
    literal = sql.Literal(size)
    by_event, by_effect = (
        [*within("e", "id", filters, place), *filters.within_span("e")],
        [*within("s", "event_id", filters, place), *filters.within_span("s")],
    )
    events, effects = statement(FILE, "source_of_events"), statement(FILE, "source_of_effects")
    narrow = indexed_conditions(filters)
    if not narrow and filters.boundary:
        inside = filters.boundary.inside("s")
        found = [effects.format(conditions=all_of([inside, *by_effect]), size=literal)]
        if filters.boundary.kind == "scope":
            about = all_of([filters.boundary.inside("e"), _IN_SCOPE, *by_event])
            found.append(events.format(columns=_PLACE, conditions=about, size=literal))
        return found, False
    narrow = narrow or _by_partial_index(filters)
    if not narrow and filters.verb not in {"", "created", "changed"}:
        verb = sql.SQL("s.verb = %(verb)s AND s.verb <> 'created' AND s.verb <> 'changed'")
        return [effects.format(conditions=all_of([verb, *by_effect]), size=literal)], False
    whole = all_of([*narrow, *by_event])
    return [events.format(columns=sql.SQL("e.*"), conditions=whole, size=literal)], True


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
    """A page of events that pass, each for itself."""
    places: list[Position] = []
    edge: Position | None = None
    for window in windows(question, before, read_each):
        edge = window.edge
        places += window.rows
        if len(places) > limit:
            return Page(places[:limit], places[limit - 1])
    return Page(places, edge, edge.at if edge else None)


def next_passing(
    question: Question, before: Position | None, size: int
) -> tuple[list[Position], Position | None]:
    """The events that pass among the next `size`, and where to go on: for reading all of them."""
    window = read_each(question, before, size)
    return window.rows, window.edge


def actor_label(question: Question, kind: str, actor: str) -> str:
    """What an actor was called in the newest of their events that passes; "" when none does.

    Only their newest LOOKED_AT events are looked at, those of the last months before all others.
    """
    for asked in (question.lately(), question):
        query = statement(FILE, "label").format(
            passing=asked.passing,
            in_span=all_of(asked.filters.within_span("v")),
            looked_at=sql.Literal(LOOKED_AT),
        )
        found = asked.ask(query, {"kind": kind, "actor": actor})
        if found:
            return str(found[0][0])
    return ""
