"""Events that belong together: work in batches is asked for by one, done by others, and closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from audit.event_filters import ANY_EVENT
from audit.kin import children_of, parent_of
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
    known = open_events(viewer, ANY_EVENT)
    if event.parent_id is not None:
        return Kin(parent=parent_of(event, known))
    if event.outcome != Outcome.REQUESTED:
        return Kin()
    found = children_of(event, known, SHOWN + 1)
    return Kin(children=found[:SHOWN], more=len(found) > SHOWN)
