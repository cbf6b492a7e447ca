"""Personal fields that someone asked to see, with a reason: who may, and for how long.

There is no list of permits: the event of the asking is the permit, for one record, in the session
that asked, for `REVEAL_LIFETIME`. So nothing can be shown that has no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from audit.models import ActorKind, Event, Outcome
from backoffice.entities.entity import Entity

_CACHE = "_revealed_records"
# The newest askings that are looked at; more than anyone makes within the lifetime.
MOST = 200


@dataclass(frozen=True)
class Reveal:
    """One record that is shown to the person who asked, until then."""

    event_id: int
    reason: str
    until: datetime


def permission_to_ask(entity: Entity) -> str:
    """The permission of the entity's operation `<entity>.reveal`, where an area declares one."""
    return f"{entity.model._meta.app_label}.reveal_{entity.name}"


def event_name(entity: Entity) -> str:
    """The event that each asking leaves."""
    return f"{entity.name}.revealed"


def lifetime() -> timedelta:
    """How long a record stays revealed."""
    return timedelta(seconds=settings.REVEAL_LIFETIME)


def revealed(staff: Any, entity: Entity) -> Mapping[int, Reveal]:
    """The entity's records that are shown to this person now, by id.

    One query, remembered on `staff`, which lives as long as a request does; none for those who
    may not ask.
    """
    remembered: dict[str, dict[int, Reveal]] = getattr(staff, _CACHE, {})
    if entity.name not in remembered:
        remembered[entity.name] = _select(staff, entity)
        setattr(staff, _CACHE, remembered)
    return remembered[entity.name]


def _select(staff: Any, entity: Entity) -> dict[int, Reveal]:
    session = getattr(staff, "session_mark", "")
    if not session or not staff.has_perm(permission_to_ask(entity)):
        return {}
    events = Event.objects.filter(
        actor_kind=ActorKind.STAFF,
        actor_id=str(staff.pk),
        occurred_at__gt=timezone.now() - lifetime(),
        name=event_name(entity),
        outcome=Outcome.SUCCEEDED,
    )
    newest = list(events.order_by("-occurred_at", "-id")[:MOST])
    return {
        int(event.record_id): Reveal(event.id, event.reason, event.occurred_at + lifetime())
        for event in reversed(newest)
        if event.record_id and event.params.get("session") == session
    }
