"""Where a fold's own page is: its newest event, and the filters that made it a fold."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.http import urlencode

from audit.event_filters import EventFilters
from audit.paging import Position
from backoffice.console.paths import path_to


def fold_url(newest: Position, filters: EventFilters) -> str:
    """A permalink: newer events that join the fold later do not change what it shows."""
    query = urlencode([("at", str(newest)), *_params(filters)])
    return f"{path_to('activity-fold')}?{query}"


def _params(filters: EventFilters) -> Iterator[tuple[str, str]]:
    """Filters as an address holds them (see filters.read_activity), as far as they tell apart.

    Who did what is told by the event itself.
    """
    if filters.boundary:
        yield filters.boundary.kind, str(filters.boundary.id)
    if filters.field:
        yield "field", f"{filters.entity}.{filters.field}" if filters.entity else filters.field
    elif filters.entity:
        yield "entity", filters.entity
    for name in ("verb", "text"):
        if getattr(filters, name):
            yield name, getattr(filters, name)
    if filters.since:
        yield "since", filters.since.isoformat()
    if filters.until:
        yield "until", filters.until.isoformat()
