"""Reading events newest first, with what each did: everything, or what is inside a boundary.

Pages go over events by keyset, never over a union of history tables. What an event did is read
from its effects, which are added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from django.db import connections, router
from psycopg import sql

from audit.event_filters import (
    ANY_EVENT,
    Boundary,
    EventFilters,
    event_parameters,
    what_it_did,
)
from audit.filters import EVERYTHING, Filters, all_of
from audit.models import Effect, Event, Kind
from audit.paging import Page, Position
from audit.questions import Question
from audit.windows import passing_page


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
    """What was changed inside a boundary, newest first, each event once."""
    return events_everywhere(inside_of(boundary, filters), before, limit, using)


def inside_of(boundary: Boundary, filters: Filters) -> EventFilters:
    """Filters of a record's timeline as those of the changes inside a boundary."""
    same = {part.name: getattr(filters, part.name) for part in fields(Filters)}
    return EventFilters(**same, boundary=boundary, kinds=(Kind.CHANGE.value,))


def events_everywhere(
    filters: EventFilters = ANY_EVENT,
    before: Position | None = None,
    limit: int = 20,
    using: str | None = None,
) -> Page[Entry]:
    """Events of every kind, newest first, with what they did."""
    page = passing_page(Question(filters, using=using), before, limit)
    return _entries(page, filters, using)


def event_with_effects(
    event_id: int, filters: EventFilters = ANY_EVENT, using: str | None = None
) -> Entry | None:
    """One event, if it passes the filters."""
    query = sql.SQL(
        "SELECT e.occurred_at, e.id FROM public.audit_event e WHERE e.id = %(event)s AND {passing}"
    )
    question = Question(filters, using=using)
    found = question.ask(query.format(passing=question.passing), {"event": event_id})
    rows = _entries(Page([Position(*row) for row in found]), filters, using).rows
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
    """The events at these places, by id, with what they did (inside the filters' boundary)."""
    page = Page(sorted(set(places), reverse=True))
    entries = _entries(page, filters, using)
    return {entry.event.id: entry for entry in entries.rows}


def _entries(page: Page[Position], filters: Filters, using: str | None) -> Page[Entry]:
    """The events at these positions with their effects; two queries."""
    if not page.rows:
        return Page([], page.next, page.looked_back_to)
    alias = using or router.db_for_read(Event)
    known = filters if isinstance(filters, EventFilters) else _everywhere(filters)
    ids = [place.id for place in page.rows]
    span = {"from": page.rows[-1].at, "to": page.rows[0].at}
    events = events_at(page.rows, alias).values()
    query = sql.SQL(
        "SELECT f.event_id, f.entity, f.verb, f.fields, sum(f.count), min(f.record_id), "
        "max(f.record_id), bool_and(f.record_id IS NOT NULL), array_agg(DISTINCT f.scope) "
        "FROM public.audit_effect f WHERE f.event_id = ANY (%(ids)s) "
        "AND f.occurred_at BETWEEN %(from)s AND %(to)s AND {conditions} "
        "GROUP BY f.event_id, f.entity, f.verb, f.fields ORDER BY sum(f.count) DESC"
    ).format(conditions=all_of(what_it_did(known)))
    with connections[alias].cursor() as cursor:
        cursor.execute(query, {**event_parameters(known), **span, "ids": ids})
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
        named = tuple(dict.fromkeys(name for part in parts for name in part[0]))
        records = {record for part in parts for record in part[2:4]}
        single = len(records) == 1 and all(part[4] for part in parts)
        group = Group(
            entity=entity,
            verb=verb,
            fields=named,
            count=1 if single else sum(part[1] for part in parts),
            record_id=records.pop() if single else None,
            scopes=frozenset(scope for part in parts for scope in part[5]),
        )
        groups.setdefault(event_id, []).append(group)
    return groups


def _everywhere(filters: Filters) -> EventFilters:
    return EventFilters(hidden_scopes=filters.hidden_scopes)


def events_in_scopes(
    places: Sequence[Position], scopes: frozenset[int], using: str | None = None
) -> set[int]:
    """Ids of those of these events that changed something in one of these scopes."""
    if not scopes or not places:
        return set()
    span = (min(place.at for place in places), max(place.at for place in places))
    effects = Effect.objects.using(using or router.db_for_read(Effect))
    found = effects.filter(event_id__in=[place.id for place in places], occurred_at__range=span)
    return set(found.filter(scope__in=scopes).values_list("event_id", flat=True))


def did_elsewhere(event: Event, scopes: frozenset[int], using: str | None = None) -> bool:
    """Whether an event also changed something in one of these scopes."""
    effects = Effect.objects.using(using or router.db_for_read(Effect))
    found = effects.filter(event_id=event.id, occurred_at=event.occurred_at, scope__in=scopes)
    return bool(scopes) and found.exists()
