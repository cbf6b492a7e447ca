"""Reading a partitioned table newest first, through a window of bounded length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, router
from psycopg import sql

from audit.filters import Filters, all_of
from audit.models import Event
from audit.paging import Page, Position

# How many effects or events one page looks through for those that pass a filter.
WINDOW = 5_000


@dataclass(frozen=True)
class Scan:
    """A table read newest first: what its index narrows by, and what else must hold."""

    table: str
    alias: str
    id: str
    indexed: Sequence[sql.Composable]
    passing: Sequence[sql.Composable]

    def scanned(self) -> sql.Composed:
        return sql.SQL(
            "SELECT {alias}.* FROM public.{table} {alias} WHERE {conditions} "
            "ORDER BY {alias}.occurred_at DESC, {alias}.{id} DESC LIMIT {window}"
        ).format(
            alias=sql.Identifier(self.alias),
            table=sql.Identifier(self.table),
            conditions=all_of(self.indexed),
            id=sql.Identifier(self.id),
            window=sql.Literal(WINDOW),
        )

    def found(self, limit: int) -> sql.Composed:
        return sql.SQL(
            "SELECT DISTINCT {alias}.occurred_at, {alias}.{id} FROM ({scanned}) {alias} "
            "WHERE {conditions} ORDER BY {alias}.occurred_at DESC, {alias}.{id} DESC LIMIT {limit}"
        ).format(
            alias=sql.Identifier(self.alias),
            id=sql.Identifier(self.id),
            scanned=self.scanned(),
            conditions=all_of(self.passing),
            limit=sql.Literal(limit),
        )

    def end(self) -> sql.Composed:
        return sql.SQL(
            "SELECT w.occurred_at, w.{id}, count(*) OVER () FROM ({scanned}) w "
            "ORDER BY w.occurred_at, w.{id} LIMIT 1"
        ).format(id=sql.Identifier(self.id), scanned=self.scanned())


def found(
    scan: Scan, params: dict[str, Any], limit: int, using: str | None = None
) -> list[Position]:
    """The newest events that pass, as (time, id)."""
    with connections[using or router.db_for_read(Event)].cursor() as cursor:
        cursor.execute(scan.found(limit), params)
        return [Position(*row) for row in cursor.fetchall()]


def positions(
    scan: Scan, params: dict[str, Any], limit: int, before: Position | None, using: str | None
) -> Page[Position]:
    """A page of them; where few pass it looks back over WINDOW rows and says how far it came."""
    rows = found(scan, params, limit + 1, using)
    if len(rows) > limit:
        return Page(rows[:limit], rows[limit - 1])
    with connections[using or router.db_for_read(Event)].cursor() as cursor:
        cursor.execute(scan.end(), params)
        last = cursor.fetchone()
    if last is None or last[2] < WINDOW:
        return Page(rows)
    at, last_id, _count = last
    # The window may end inside an event: it is looked at again unless it was found already. Only
    # an event with more kinds of effects than the window is long would be looked at in part.
    end, again = Position(at, last_id), Position(at, last_id + 1)
    onward = end if end in rows or again == before else again
    return Page(rows, onward, at)


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
