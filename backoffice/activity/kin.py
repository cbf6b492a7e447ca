"""Events that belong together: work in batches is asked for by one, done by others, and closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from audit.event_filters import ANY_EVENT
from audit.models import Event, Outcome
from backoffice.activity.access import open_events

SHOWN = 20


@dataclass(frozen=True)
class Kin:
    """The event that asked for this one, and those that this one asked for: the newest few."""

    parent: Event | None = None
    children: list[Event] = field(default_factory=list)
    more: bool = False


def kin_of(viewer: Any, event: Event) -> Kin:
    """The relatives that the person may know of; no query for an event without any."""
    known = Event.objects.filter(_open_to(viewer))
    if event.parent_id is not None:
        older = known.filter(id=event.parent_id, occurred_at__lte=event.occurred_at)
        return Kin(parent=older.first())
    if event.outcome != Outcome.REQUESTED:
        return Kin()
    # Nothing is done before it is asked for: older partitions are not looked at.
    younger = known.filter(parent_id=event.id, occurred_at__gte=event.occurred_at)
    found = list(younger.order_by("-occurred_at", "-id")[: SHOWN + 1])
    return Kin(children=found[:SHOWN], more=len(found) > SHOWN)


def _open_to(viewer: Any) -> Q:
    filters = open_events(viewer, ANY_EVENT)
    condition = Q(scope=None) | ~Q(scope__in=sorted(filters.hidden_scopes))
    if filters.open_kinds and filters.own:
        kind, pk = filters.own
        condition &= Q(kind__in=filters.open_kinds) | Q(actor_kind=kind, actor_id=pk)
    return condition
