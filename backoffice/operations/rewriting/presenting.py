"""Conflicts as the preview's page shows them: what was, what stands now, by whom, the choice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst

from audit.feeds import events_at
from audit.models import Event
from audit.paging import Position
from audit.selectors import last_versions
from backoffice.activity.people import Actors, ShownActor
from backoffice.activity.records import RecordNames
from backoffice.entities import registry as entities
from backoffice.entities.names import Name, shared_names
from backoffice.entities.values import Readable, Readables, label
from backoffice.operations.rewriting import reading
from backoffice.operations.rewriting.conflicts import KINDS, WAYS, Choices, Conflict, Kind, Way
from backoffice.operations.rewriting.settled import Settled
from backoffice.operations.rewriting.tables import Model, Table

if TYPE_CHECKING:
    from backoffice.operations.models import StoredPreview

# Of each kind so many are shown with a choice of their own; the others go by the kind's.
SHOWN, TEXT = 20, 300


@dataclass(frozen=True)
class Option:
    """One way, as a choice."""

    value: str
    label: str | Promise
    chosen: bool = False


@dataclass(frozen=True)
class ShownConflict:
    """One conflict: the record, the field, old and present value, who set it, and the ways."""

    conflict: Conflict
    name: Name
    entity_label: str
    field_label: str = ""
    old: Readable | None = None
    now: Readable | None = None
    other: Name | None = None
    event: Event | None = None
    actor: ShownActor | None = None
    options: list[Option] = field(default_factory=list)
    # Whether it has a choice of its own, apart from what is chosen for all of its kind.
    own: bool = False

    @property
    def input(self) -> str:
        return f"one-{self.conflict.id}"


@dataclass(frozen=True)
class ConflictGroup:
    """The conflicts of a kind; `options` hold for all of them that have no choice of their own."""

    kind: Kind
    label: str | Promise
    count: int
    rows: list[ShownConflict]
    options: list[Option]

    @property
    def others(self) -> int:
        return self.count - len(self.rows)

    @property
    def input(self) -> str:
        return f"all-{self.kind}"


def shown_conflicts(
    staff: Any,
    settled: Settled,
    choices: Choices,
    stored: StoredPreview,
    keys: Sequence[int],
) -> dict[str, Any]:
    """What the partial of conflicts needs; what was filled in beside the choices goes along."""
    page = _Page(staff, choices)
    others = [
        (name, one)
        for name, value in stored.params.items()
        if not name.startswith(("one-", "all-"))
        for one in (value if isinstance(value, list) else [value])
    ]
    return {
        "conflict_groups": page.groups(settled.conflicts),
        "conflict_keys": keys,
        "conflict_params": others,
    }


class _Page:
    """What the shown conflicts have in common is asked for once."""

    def __init__(self, staff: Any, choices: Choices) -> None:
        self.staff, self.choices = staff, choices
        self.names, self.actors = RecordNames(staff), Actors(staff)
        self.events: dict[int, Event] = {}
        self.old: dict[tuple[Model, int], dict[str, Any]] = {}
        self.now: dict[tuple[Model, int], dict[str, Any]] = {}

    def groups(self, conflicts: Iterable[Conflict]) -> list[ConflictGroup]:
        by_kind: dict[Kind, list[Conflict]] = {}
        for conflict in conflicts:
            by_kind.setdefault(conflict.kind, []).append(conflict)
        # A choice that was made by itself stays on the page, wherever it stands in the list.
        heads = {kind: sorted(found, key=self._is_usual)[:SHOWN] for kind, found in by_kind.items()}
        self._load([conflict for found in heads.values() for conflict in found])
        return [
            ConflictGroup(
                kind,
                KINDS[kind],
                len(by_kind[kind]),
                [self._row(c) for c in heads[kind]],
                self._all_options(kind, by_kind[kind]),
            )
            for kind in Kind
            if kind in by_kind
        ]

    def _is_usual(self, conflict: Conflict) -> bool:
        """Whether it goes by what is chosen for all of its kind."""
        return f"one-{conflict.id}" not in self.choices.chosen

    def _load(self, shown: Sequence[Conflict]) -> None:
        marks = [conflict.since for conflict in shown if conflict.since]
        places = [Position(mark.event_at, mark.event_id) for mark in marks if mark.event_at]
        self.events = events_at(places, "default")
        for event in self.events.values():
            self.actors.want(event)
        for model in dict.fromkeys(conflict.model for conflict in shown):
            self._load_table(Table.of(model), [c for c in shown if c.model is model])
        others: dict[Model, set[int]] = {}
        for conflict in shown:
            if conflict.other:
                others.setdefault(conflict.other[0], set()).add(conflict.other[1])
        for model, keys in others.items():
            self._want(model, keys)

    def _load_table(self, table: Table, shown: Sequence[Conflict]) -> None:
        names = {n for c in shown for n in c.names if n in table.fields}
        kept = reading.kept(table, names, {c.source for c in shown if c.source}, cut=TEXT)
        held = reading.held(table, names, {c.pk for c in shown}, cut=TEXT)
        self.old |= {(table.model, pk): values for pk, values in kept.items()}
        self.now |= {(table.model, pk): values for pk, values in held.items()}
        self._want(table.model, {c.pk for c in shown})

    def _want(self, model: Model, keys: set[int]) -> None:
        for version in last_versions(model, sorted(keys), "default").values():
            self.names.want_version(version)

    def _row(self, conflict: Conflict) -> ShownConflict:
        entity = entities.get(conflict.entity)
        name = conflict.names[0] if conflict.names else ""
        event = self.events.get(conflict.since.event_id) if conflict.since else None
        other = conflict.other
        return ShownConflict(
            conflict=conflict,
            name=self.names.of(conflict.entity, conflict.pk),
            entity_label=entity.label,
            field_label=label(entity, name) if name else "",
            old=self._value(self.old, conflict, conflict.source),
            now=self._value(self.now, conflict, conflict.pk),
            other=self.names.of(Table.of(other[0]).entity, other[1]) if other else None,
            event=event,
            actor=self.actors.get(event) if event else None,
            options=[Option(str(w), WAYS[w], w == conflict.way) for w in conflict.ways],
            own=not self._is_usual(conflict),
        )

    def _value(
        self, known: dict[tuple[Model, int], dict[str, Any]], conflict: Conflict, pk: int | None
    ) -> Readable | None:
        name = conflict.names[0] if conflict.names else ""
        values = known.get((conflict.model, pk)) if pk is not None else None
        if not values or name not in values:
            return None
        reader = Readables(entities.get(conflict.entity), self.staff, shared_names(self.staff))
        value = _typed(Table.of(conflict.model).fields[name], values[name])
        return reader.get(name, value, conflict.pk)

    def _all_options(self, kind: Kind, found: Sequence[Conflict]) -> list[Option]:
        """What can be chosen for each of them."""
        common = [w for w in Way if all(w in conflict.ways for conflict in found)]
        chosen = self.choices.of_kind(kind) or str(found[0].ways[0])
        if len(common) < 2:
            return []
        return [Option(str(way), capfirst(str(WAYS[way])), str(way) == chosen) for way in common]


def _typed(column: Any, value: Any) -> Any:
    """A value as its field has it: JSON comes from the database as text."""
    is_text = isinstance(column, models.JSONField) and isinstance(value, str)
    return json.loads(value) if is_text else value
