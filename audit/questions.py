"""What is asked of the events, in SQL: the conditions of a reader's filters, and where to look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
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
from audit.paging import Position
from audit.statements import statement

FILE = "folds.sql"
# How many events a page looks through: few at first, which suffice when most of them pass.
SIZES = (250, 4_000)
# Neighbours of one fold are at most so far apart.
GAP = timedelta(minutes=30)
# How much of the past is tried first, and how far this machine's clock may be behind others'.
MONTHS, AHEAD = timedelta(days=62), timedelta(days=1)


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

    def spanning(self, first: datetime, last: datetime) -> Question:
        """The same where all that is looked at is known to lie between two times."""
        return replace(self, filters=replace(self.filters, span=(first, last)))

    def lately(self, until: datetime | None = None) -> Question:
        """The same of the last months alone, or of those before a time."""
        last = until or datetime.now(UTC) + AHEAD
        return self.spanning(last - MONTHS, last)

    def near(self, place: Position | None, size: int) -> Question | None:
        """The same of the months before a place, which fill a window sooner than all are planned.

        None where a filter leaves so little that they hardly do. Who asks it must ask this one
        after it when the window did not fill.
        """
        known = self.filters
        sparse = known.actor or known.record or known.ticket
        if sparse or (known.boundary and size > SIZES[0]):
            return None
        latest = [at for at in (place.at if place else None, known.until) if at is not None]
        return self.lately(min(latest) + GAP if latest else None)

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
