"""Events that belong together: the one that asked for work in batches, and those that did it."""

from __future__ import annotations

from psycopg import sql

from audit.event_filters import EventFilters
from audit.feeds import events_at
from audit.models import Event
from audit.paging import Position
from audit.questions import Question

# Found by the index of parents first, whatever order is wanted.
CHILDREN = (
    "SELECT e.occurred_at, e.id FROM (SELECT v.* FROM public.audit_event v "
    "WHERE v.parent_id = %(event)s AND v.occurred_at >= %(at)s OFFSET 0) e "
    "WHERE {passing} ORDER BY e.occurred_at DESC, e.id DESC LIMIT {limit}"
)
PARENT = (
    "SELECT e.occurred_at, e.id FROM public.audit_event e "
    "WHERE e.id = %(event)s AND e.occurred_at <= %(at)s AND {passing} LIMIT {limit}"
)


def children_of(event: Event, filters: EventFilters, limit: int) -> list[Event]:
    """The newest of the events that this one asked for, as far as they pass.

    Nothing is done before it is asked for: older partitions are not looked at.
    """
    return _asked(CHILDREN, event.id, event, filters, limit)


def parent_of(event: Event, filters: EventFilters) -> Event | None:
    """The event that asked for this one, if it passes."""
    found = _asked(PARENT, event.parent_id, event, filters, 1) if event.parent_id else []
    return found[0] if found else None


def _asked(
    query: str, event_id: int, event: Event, filters: EventFilters, limit: int
) -> list[Event]:
    question = Question(filters)
    found = question.ask(
        sql.SQL(query).format(passing=question.passing, limit=sql.Literal(limit)),
        {"event": event_id, "at": event.occurred_at},
    )
    places = [Position(*row) for row in found]
    events = events_at(places, question.alias)
    return [events[place.id] for place in places if place.id in events]
