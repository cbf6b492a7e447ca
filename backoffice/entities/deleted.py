"""Records that are gone for good, as their history remembers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.models import Event
from backoffice.accounts.access import may_see_scope
from backoffice.entities.access import parse_id, title_for
from backoffice.entities.actors import Key, masked_names
from backoffice.entities.entity import Entity


@dataclass(frozen=True)
class Deleted:
    """What is still known of a deleted record; the event's parts are empty once it is archived."""

    pk: int
    title: str
    at: datetime
    event_id: int
    actor_kind: str = ""
    actor_label: str = ""
    reason: str = ""

    @property
    def id_text(self) -> str:
        """The id as people write it."""
        return f"#{self.pk}"


def find_deleted(staff: Any, entity: Entity, pk: object) -> Deleted | None:
    """The record's end, when it had one and the person may see the scope it stood in."""
    number, history = parse_id(pk), entity.history_model
    if number is None or history is None:
        return None
    versions = history._default_manager.filter(id=number)
    last: Any = versions.order_by("-history_date", "-history_id").first()
    if last is None or last.history_type != "-" or not may_see_scope(staff, last.event_scope):
        return None
    event = Event.objects.filter(id=last.event_id, occurred_at=last.event_at).first()
    who: Key = (event.actor_kind, event.actor_id, last.event_scope) if event else ("", "", None)
    label = event.actor_label if event else ""
    return Deleted(
        pk=number,
        title=title_for(staff, entity, last.instance),
        at=last.history_date,
        event_id=last.event_id,
        actor_kind=who[0],
        actor_label=masked_names(staff, [who]).get(who, label),
        reason=event.reason if event else "",
    )
