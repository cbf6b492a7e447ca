"""Reading events newest first, with what each did: everything, or what is inside a boundary.

Pages go over events by keyset, never over a union of history tables. What an event did is read
from its effects, which are added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connections, router
from psycopg import sql

from audit.event_filters import (
    ANY_EVENT,
    EventFilters,
    effect_conditions,
    event_conditions,
    event_parameters,
    indexed_conditions,
)
from audit.filters import EVERYTHING, Filters, all_of, parameters
from audit.models import Effect, Event
from audit.paging import Page, Position
from audit.scanning import Scan, found, place, positions, within


@dataclass(frozen=True)
class Boundary:
    """What a feed is the inside of: a `scope` or an `area`, by its id."""

    kind: str
    id: int

    def __post_init__(self) -> None:
        if self.kind not in {"scope", "area"}:
            raise ValueError(f"A feed has no boundary {self.kind!r}. Use scope or area.")


@dataclass(frozen=True)
class Group:
    """Effects of one event of one entity and verb, added up; `record_id` when it is one record."""

    entity: str
    verb: str
    fields: tuple[str, ...]
    count: int
    record_id: int | None
    scopes: frozenset[int | None] = frozenset()


@dataclass(frozen=True)
class Entry:
    """An event with what it did, as far as the reader may know of it."""

    event: Event
    groups: list[Group] = field(default_factory=list)

    @property
    def place(self) -> Position:
        return Position(self.event.occurred_at, self.event.id)


def changes_inside(
    boundary: Boundary,
    filters: Filters = EVERYTHING,
    before: Position | None = None,
    limit: int = 20,
    using: str | None = None,
) -> Page[Entry]:
    """What happened inside a boundary, newest first, each event once."""
    inside = sql.SQL("s.{column} = %(boundary)s").format(column=sql.Identifier(boundary.kind))
    conditions = [inside, *within("s", "event_id", filters, before)]
    params = {**parameters(filters), **place(before), "boundary": boundary.id}
    scan = Scan("audit_effect", "s", "event_id", conditions, effect_conditions(filters))
    page = positions(scan, params, limit, before, using)
    return _entries(page, [inside, *_open_effects(filters)], params, using)


def events_everywhere(
    filters: EventFilters = ANY_EVENT,
    before: Position | None = None,
    limit: int = 20,
    using: str | None = None,
) -> Page[Entry]:
    """Events of every kind, newest first, with what they did."""
    conditions = [*indexed_conditions(filters), *within("e", "id", filters, before)]
    params = {**event_parameters(filters), **place(before)}
    scan = Scan("audit_event", "e", "id", conditions, event_conditions(filters))
    page = positions(scan, params, limit, before, using)
    return _entries(page, _open_effects(filters), params, using)


def event_with_effects(
    event_id: int, filters: EventFilters = ANY_EVENT, using: str | None = None
) -> Entry | None:
    """One event, if it passes the filters."""
    params = {**event_parameters(filters), "event": event_id}
    conditions: list[sql.Composable] = [sql.SQL("e.id = %(event)s")]
    scan = Scan("audit_event", "e", "id", conditions, event_conditions(filters))
    page = Page(found(scan, params, 1, using))
    rows = _entries(page, _open_effects(filters), params, using).rows
    return rows[0] if rows else None


def events_at(places: Sequence[Position], using: str | None = None) -> dict[int, Event]:
    """The events at these places, by id; those that are archived are missing."""
    if not places:
        return {}
    span = (min(place.at for place in places), max(place.at for place in places))
    events = Event.objects.using(using or router.db_for_read(Event))
    found = events.filter(id__in={place.id for place in places}, occurred_at__range=span)
    return {event.id: event for event in found}


def entries_of(
    places: Sequence[Position], filters: Filters = EVERYTHING, using: str | None = None
) -> dict[int, Entry]:
    """The events at these places, by id, with what they did anywhere."""
    page = Page(sorted(set(places), reverse=True))
    entries = _entries(page, _open_effects(filters), parameters(filters), using)
    return {entry.event.id: entry for entry in entries.rows}


def _entries(
    page: Page[Position],
    conditions: Sequence[sql.Composable],
    params: dict[str, Any],
    using: str | None,
) -> Page[Entry]:
    """The events at these positions with their effects; two queries."""
    if not page.rows:
        return Page([], page.next, page.looked_back_to)
    alias = using or router.db_for_read(Event)
    ids = [place.id for place in page.rows]
    span = {"from": page.rows[-1].at, "to": page.rows[0].at}
    events = events_at(page.rows, alias).values()
    query = sql.SQL(
        "SELECT s.event_id, s.entity, s.verb, s.fields, sum(s.count), min(s.record_id), "
        "max(s.record_id), bool_and(s.record_id IS NOT NULL), array_agg(DISTINCT s.scope) "
        "FROM public.audit_effect s WHERE s.event_id = ANY (%(ids)s) "
        "AND s.occurred_at BETWEEN %(from)s AND %(to)s AND {conditions} "
        "GROUP BY s.event_id, s.entity, s.verb, s.fields ORDER BY sum(s.count) DESC"
    ).format(conditions=all_of(conditions))
    with connections[alias].cursor() as cursor:
        cursor.execute(query, {**params, **span, "ids": ids})
        groups = _added_up(cursor.fetchall())
    entries = [Entry(event, groups.get(event.id, [])) for event in events]
    entries.sort(key=lambda entry: entry.place, reverse=True)
    return Page(entries, page.next, page.looked_back_to)


def _added_up(rows: Sequence[tuple[Any, ...]]) -> dict[int, list[Group]]:
    """Groups by event, those of one entity and verb made one."""
    kept: dict[tuple[int, str, str], list[tuple[Any, ...]]] = {}
    for event_id, entity, verb, *rest in rows:
        kept.setdefault((event_id, entity, verb), []).append(tuple(rest))
    groups: dict[int, list[Group]] = {}
    for (event_id, entity, verb), parts in kept.items():
        fields = tuple(dict.fromkeys(name for part in parts for name in part[0]))
        records = {record for part in parts for record in part[2:4]}
        single = len(records) == 1 and all(part[4] for part in parts)
        group = Group(
            entity=entity,
            verb=verb,
            fields=fields,
            count=1 if single else sum(part[1] for part in parts),
            record_id=records.pop() if single else None,
            scopes=frozenset(scope for part in parts for scope in part[5]),
        )
        groups.setdefault(event_id, []).append(group)
    return groups


def _open_effects(filters: Filters) -> list[sql.Composable]:
    return effect_conditions(Filters(hidden_scopes=filters.hidden_scopes))


def did_elsewhere(event: Event, scopes: frozenset[int], using: str | None = None) -> bool:
    """Whether an event also changed something in one of these scopes."""
    effects = Effect.objects.using(using or router.db_for_read(Effect))
    found = effects.filter(event_id=event.id, occurred_at=event.occurred_at, scope__in=scopes)
    return bool(scopes) and found.exists()
