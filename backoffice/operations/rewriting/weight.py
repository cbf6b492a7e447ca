"""How much taking events back does that would be dangerous if somebody did it directly."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Sum

from audit.models import Effect
from backoffice.entities import registry as entities
from backoffice.operations import registry
from backoffice.operations.rewriting.chosen_events import events_of


def dangerous_in(keys: Collection[int]) -> int:
    """Of how many records these events did what only a dangerous operation takes back.

    To undo that things came out of the trash puts them there. What belongs to a record goes with
    it and is not counted beside it.
    """
    every = sorted(events_of(keys).every)
    found = Effect.objects.using("default").filter(event_id__in=every).order_by()
    counts: dict[str, int] = {}
    for entity, verb, total in found.values_list("entity", "verb").annotate(total=Sum("count")):
        if f"{entity}.{verb}" in _taken_back_dangerously():
            counts[entity] = counts.get(entity, 0) + total
    parts = {child for name in counts for child, _column in entities.get(name).timeline_children}
    return sum(count for name, count in counts.items() if name not in parts)


def _taken_back_dangerously() -> set[str]:
    """The events whose inverse is a dangerous operation."""
    found = registry.all_operations()
    return {
        found[one.inverse].event for one in found.values() if one.dangerous and one.inverse in found
    }
