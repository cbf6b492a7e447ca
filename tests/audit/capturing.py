"""What a change left behind: its events, effects and history rows, and nothing of anything else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from audit.checks import captured_models
from audit.models import Effect, Event


@dataclass(frozen=True)
class Row:
    """A history row, as far as a test asks."""

    entity: str
    id: int
    type: str
    verb: str
    fields: tuple[str, ...]
    event: int
    user: int | None
    scope: int | None
    area: int | None
    values: dict[str, Any] = field(compare=False, default_factory=dict)


@dataclass(frozen=True)
class Left:
    """Everything that is newer than a mark."""

    events: list[Event]
    effects: Counter[tuple]
    rows: list[Row]

    @property
    def event(self) -> Event:
        """The one event that there is."""
        assert len(self.events) == 1, self.events
        return self.events[0]

    def verbs(self) -> Counter[tuple[str, str]]:
        return Counter((row.entity, row.verb) for row in self.rows)


def histories() -> dict[str, Any]:
    """The history model of every tracked entity."""
    return {entity: model.history.model for entity, model in captured_models().items()}


class Mark:
    """A point in time: everything so far is before it."""

    def __init__(self) -> None:
        newest = [model.objects.order_by("-history_id").first() for model in histories().values()]
        self.history = max((row.history_id for row in newest if row), default=0)
        last = Event.objects.order_by("-id").first()
        self.event = last.id if last else 0
        effect = Effect.objects.order_by("-id").first()
        self.effect = effect.id if effect else 0

    def left(self) -> Left:
        """What came since; every effect is checked against the rows that it counts."""
        rows = sorted(
            (row for entity, model in histories().items() for row in self._rows(entity, model)),
            key=lambda row: row.values["history_id"],
        )
        events = list(Event.objects.filter(id__gt=self.event).order_by("id"))
        effects: Counter[tuple] = Counter()
        for effect in Effect.objects.filter(id__gt=self.effect):
            key = (effect.event_id, effect.entity, effect.verb, tuple(effect.fields))
            effects[(*key, effect.scope, effect.area)] += effect.count
        counted = Counter((r.event, r.entity, r.verb, r.fields, r.scope, r.area) for r in rows)
        assert effects == counted, "the effects do not count the history rows"
        assert {row.event for row in rows} <= {event.id for event in events}
        return Left(events, effects, rows)

    def _rows(self, entity: str, model: Any) -> list[Row]:
        return [
            Row(
                entity,
                values["id"],
                values["history_type"],
                values["verb"],
                tuple(values["changed_fields"]),
                values["event_id"],
                values["history_user_id"],
                values["event_scope"],
                values["event_area"],
                values,
            )
            for values in model.objects.filter(history_id__gt=self.history).values()
        ]


def nothing_left(mark: Mark) -> bool:
    """Whether nothing was written since the mark."""
    left = mark.left()
    return not (left.events or left.effects or left.rows)


def content(*names: str) -> dict[str, list[Any]]:
    """Every row of these tables of the customers, or of all."""
    names = names or ("Channel", "Member", "Space", "Category", "Article", "Translation")
    models = {name: apps.get_model("articles", name) for name in names}
    return {name: list(model.objects.order_by("pk").values()) for name, model in models.items()}
