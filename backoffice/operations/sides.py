"""Both sides of a conflict: what a person saw, what stands now, and who changed it when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.models import Event
from backoffice.activity.people import Actors, ShownActor
from backoffice.entities import values
from backoffice.entities.entity import Entity
from backoffice.entities.names import Names
from backoffice.entities.values import Readable
from backoffice.operations.base import Operation
from backoffice.operations.targets import Choice, Records

# So many records are shown with both sides, the others by name; so many versions are looked at.
BOTH_SIDES, LATER = 10, 500
# More of a text than this is read on the page that compares versions.
TEXT_SHOWN = 2_000


@dataclass(frozen=True)
class Moved:
    """One field of a record that changed meanwhile.

    Attributes:
        label: what it is called.
        seen, now: what the person saw, and what stands there.
        wanted: what they were about to write; None where they wrote nothing themselves.
        touched: whether the operation writes this field.
        event, actor: who wrote what stands now; None when no event tells.
    """

    label: str
    seen: Readable
    now: Readable
    wanted: Readable | None
    touched: bool
    event: Event | None
    actor: ShownActor | None


@dataclass(frozen=True)
class Side:
    """One record with what changed of it; `gone` when it was deleted meanwhile."""

    choice: Choice
    fields: list[Moved]
    gone: bool = False


def sides_of(staff: Any, operation: Operation, context: Mapping[str, Any]) -> list[Side]:
    """The first BOTH_SIDES of a conflict's records; none where its targets are no records.

    `context` is the conflict's: `moved` (keys), `seen` (versions by key), `fields` that the
    operation writes, and `wanted`, the values that the person typed, by column.
    """
    targets, seen = operation.targets, context.get("seen")
    if not isinstance(targets, Records) or not seen or targets.entity.history_model is None:
        return []
    versions = {int(key): version for key, version in seen.items()}
    moved = [key for key in context.get("moved", []) if key in versions][:BOTH_SIDES]
    choices = {choice.pk: choice for choice in targets.choices(staff, moved)}
    reader = _Reader(staff, targets.entity, [key for key in moved if key in choices], versions)
    touched, wanted = set(context.get("fields", ())), context.get("wanted", {})
    return [reader.side(choice, touched, wanted) for choice in choices.values()]


class _Reader:
    """Reads the versions of some records, and who made them: three queries for all."""

    def __init__(
        self, staff: Any, entity: Entity, keys: Sequence[int], versions: Mapping[int, int]
    ) -> None:
        self.entity = entity
        history: Any = entity.history_model
        self.rows = history.objects.using("default")
        self.later = self._later(keys, versions)
        newest = {row["id"]: row["history_id"] for row in self.later}
        wanted = [versions[key] for key in keys] + list(newest.values())
        held = {row.history_id: row for row in self.rows.filter(history_id__in=wanted)}
        self.seen = {key: held.get(versions[key]) for key in keys}
        self.now = {key: held.get(newest.get(key)) for key in keys}
        ids = {row["event_id"] for row in self.later}
        self.events = Event.objects.using("default").in_bulk(ids)
        self.actors = Actors(staff)
        self.reader = values.Readables(entity, staff, Names(staff))

    def _later(self, keys: Sequence[int], versions: Mapping[int, int]) -> list[dict[str, Any]]:
        """What was written since the person looked, oldest first, without what it held."""
        since = min((versions[key] for key in keys), default=0)
        found = self.rows.filter(id__in=keys, history_id__gt=since).order_by("-history_id")
        columns = ("id", "history_id", "history_type", "event_id", "changed_fields")
        newest = list(found.values(*columns)[:LATER])
        return [row for row in reversed(newest) if row["history_id"] > versions[row["id"]]]

    def side(self, choice: Choice, touched: Collection[str], wanted: Mapping[str, Any]) -> Side:
        """One record's fields, those that the operation writes first."""
        seen, now = self.seen[choice.pk], self.now[choice.pk]
        if seen is None or now is None:
            return Side(choice, [])
        names = [name for name in self._changed(choice.pk) if self._differ(seen, now, name)]
        names.sort(key=lambda name: name not in touched)
        fields = [self._moved(choice.pk, name, name in touched, wanted) for name in names]
        return Side(choice, fields, gone=now.history_type == "-")

    def _changed(self, pk: int) -> Iterable[str]:
        rows = [row for row in self.later if row["id"] == pk]
        return dict.fromkeys(name for row in rows for name in row["changed_fields"])

    def _differ(self, seen: Any, now: Any, name: str) -> bool:
        return bool(self._held(seen, name) != self._held(now, name))

    def _held(self, row: Any, name: str) -> Any:
        """A version's value; None for a column that it has not."""
        column = next((f for f in row._meta.concrete_fields if f.name == name), None)
        return None if column is None else getattr(row, column.attname)

    def _moved(self, pk: int, name: str, touched: bool, wanted: Mapping[str, Any]) -> Moved:
        made = [r for r in self.later if r["id"] == pk and name in r["changed_fields"]]
        event = self.events.get(made[-1]["event_id"]) if made else None
        column = self.entity.field(name).attname
        return Moved(
            label=values.label(self.entity, name),
            seen=self._readable(name, self._held(self.seen[pk], name), pk),
            now=self._readable(name, self._held(self.now[pk], name), pk),
            wanted=self._readable(name, wanted[column], pk) if column in wanted else None,
            touched=touched,
            event=event,
            actor=self.actors.get(event, event.scope) if event else None,
        )

    def _readable(self, name: str, value: Any, pk: int) -> Readable:
        if isinstance(value, str) and len(value) > TEXT_SHOWN:
            value = f"{value[:TEXT_SHOWN]}…"
        return self.reader.get(name, value, pk)
