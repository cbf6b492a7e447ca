"""What stands in the database, asked with the same query before and after."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from audit.models import Event

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
