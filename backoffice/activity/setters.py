"""Who set each field of a record last, for the values of its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.feeds import events_at
from audit.paging import Position
from audit.setters import latest_setters
from backoffice.activity.people import Actors, ShownActor
from backoffice.entities.entity import Entity

_REMEMBERED = "_shown_setters"


@dataclass(frozen=True)
class ShownSetter:
    """Who gave a field its value, and when; `actor` is None where the event is archived."""

    at: datetime
    event_id: int
    actor: ShownActor | None


def setters_of(viewer: Any, entity: Entity, record: Any) -> Mapping[str, ShownSetter]:
    """Setters by field name, found once for a record object."""
    remembered = getattr(record, _REMEMBERED, None)
    if remembered is None:
        remembered = _find(viewer, entity, record)
        setattr(record, _REMEMBERED, remembered)
    return remembered


def _find(viewer: Any, entity: Entity, record: Any) -> dict[str, ShownSetter]:
    found = latest_setters(entity.model, record.pk).by_field
    places = [Position(setter.event_at, setter.event_id) for setter in found.values()]
    events = events_at(places)
    actors, scope = Actors(viewer), entity.scope_of(record)
    for event in events.values():
        actors.want(event, scope)
    return {
        name: ShownSetter(
            at=setter.at,
            event_id=setter.event_id,
            actor=actors.get(events[setter.event_id], scope) if setter.event_id in events else None,
        )
        for name, setter in found.items()
    }
