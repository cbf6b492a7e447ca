"""What stands in the database, asked with the same query before and after."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from audit.models import Event
from backoffice.operations import registry
from backoffice.operations.confirmation import asked_for
from backoffice.operations.models import StoredPreview
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import Result, execute
from backoffice.operations.preview import preview

REASON = "고객 요청: 실수로 숨김"

TABLES = ("Article", "Category", "Channel", "Member", "Space", "Translation")


def content() -> dict[str, list[Any]]:
    """Every row of the customers' tables, and of their history."""
    found = {}
    for name in TABLES:
        model = apps.get_model("articles", name)
        found[name] = list(model.objects.order_by("pk").values())
        found[f"history of {name}"] = list(model.history.order_by("history_id").values())
    return found


def events_since(event_id: int) -> list[Event]:
    """Events newer than one, oldest first."""
    return list(Event.objects.filter(id__gt=event_id).order_by("id"))


def last_event_id() -> int:
    """The newest event's id, 0 when there is none."""
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


def first_version(entity: str, pk: int) -> int:
    """The id of the version in which a record was made."""
    model = apps.get_model("articles", entity)
    return model.history.filter(id=pk).order_by("history_id").values_list("history_id")[0][0]


def look(
    name: str, targets: list[int], staff: Any, params: Any = None, reason: str = REASON
) -> StoredPreview:
    """What an operation would do, found for someone."""
    return preview(name, targets, params or {}, actor=StaffPerformer(staff), reason=reason)


def apply(stored: StoredPreview, staff: Any, confirmed: str | None = None) -> Result:
    """Apply a preview as its page does; what must be typed is typed, unless the test says what."""
    return execute(
        stored.operation,
        stored.targets,
        stored.params,
        actor=StaffPerformer(staff),
        reason=stored.reason,
        preview=stored,
        confirmed=asked_of(stored, staff) if confirmed is None else confirmed,
    )


def asked_of(stored: StoredPreview, staff: Any) -> str:
    """What the preview's page asks its reader to type."""
    operation = registry.get(stored.operation)
    choices = operation.targets.choices(staff, stored.targets[:1])
    return asked_for(operation, len(stored.targets), choices[0] if choices else None)


def standing() -> dict[str, list[Any]]:
    """The rows as they stand, without the clock of their last change, and without history."""
    return {
        table: [{k: v for k, v in row.items() if k != "updated_at"} for row in rows]
        for table, rows in content().items()
        if not table.startswith("history")
    }
