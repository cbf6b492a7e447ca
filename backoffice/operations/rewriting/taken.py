"""Values that must be unique and that another record has now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from backoffice.operations import registry
from backoffice.operations.rewriting.conflicts import Way
from backoffice.operations.rewriting.reading import ROWS
from backoffice.operations.rewriting.steps import DELETE, UPDATE, Key, Step, Steps
from backoffice.operations.rewriting.tables import Table, Unique, batches, holds

Place = tuple[Any, ...]
# What is tried where a name is taken; the record's id is never another's.
SUFFIXES = ("-2", "-3", "-{pk}")


class Taken:
    """One constraint over the steps of a table; `after`: which changes must wait for which."""

    def __init__(
        self,
        table: Table,
        unique: Unique,
        steps: Steps,
        left: set[Key],
        facts: Mapping[Key, dict[str, Any]],
    ) -> None:
        self.table, self.unique = table, unique
        self.steps, self.left, self.facts = steps, left, facts
        self.after: dict[Key, set[Key]] = {}

    def among(self, steps: Sequence[Step]) -> list[tuple[Step, Key]]:
        """The steps whose place is taken, each with the record that has it."""
        wanted = [(step, place) for step in steps if (place := self._place(step)) is not None]
        holders = self._holders({place for _step, place in wanted})
        found: list[tuple[Step, Key]] = []
        claimed: dict[Place, Key] = {}
        for step, place in wanted:
            holder = holders.get(place)
            if holder is not None and holder != step.pk and not self._leaves(step, holder, place):
                found.append((step, (self.table.model, holder)))
            elif place in claimed:
                found.append((step, claimed[place]))
            else:
                claimed[place] = step.key
        return found

    def _place(self, step: Step) -> Place | None:
        """What the record will have there; None where the constraint asks nothing of it."""
        values = self.facts[step.key]
        if step.kind == UPDATE and not step.names & self.unique.asked:
            return None
        if not holds(self.unique.condition, values):
            return None
        place = tuple(values.get(name) for name in self.unique.names)
        return None if None in place and self.unique.nulls_distinct else place

    def _holders(self, places: set[Place]) -> dict[Place, int]:
        """The living records at these places."""
        found: dict[Place, int] = {}
        rows = self.table.model._default_manager.using("default").order_by()
        columns = [self.table.column(name) for name in self.unique.names]
        for batch in batches(sorted(places, key=str), ROWS):
            near = Q()
            for name, values in zip(self.unique.names, zip(*batch, strict=True), strict=True):
                known = {value for value in values if value is not None}
                part = Q(**{f"{name}__in": known})
                near &= part | Q(**{f"{name}__isnull": True}) if None in values else part
            asked = rows.filter(self.unique.condition or Q(), near)
            for pk, *place in asked.values_list("pk", *columns):
                if tuple(place) in places:
                    found[tuple(place)] = pk
        return found

    def _leaves(self, step: Step, holder: int, place: Place) -> bool:
        """Whether the record that has the place now leaves it, deleted or changed."""
        key = (self.table.model, holder)
        other = self.steps.get(key)
        if other is None or key in self.left:
            return False
        if other.kind == DELETE:
            return True
        leaves = other.kind == UPDATE and bool(other.names) and self._place_then(other) != place
        if leaves and step.kind == UPDATE:
            self.after.setdefault(step.key, set()).add(key)
        return leaves

    def _place_then(self, step: Step) -> Place | None:
        values = self.facts[step.key]
        if not values:
            # It changes nothing that matters here.
            return ()
        if not holds(self.unique.condition, values):
            return None
        return tuple(values.get(name) for name in self.unique.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that must be unique together, those first that may be otherwise."""
        free, emptied = self._fields()
        return tuple(sorted(self.unique.names, key=lambda name: name not in free | emptied))

    def ways(self, step: Step) -> tuple[Way, ...]:
        """What can be chosen: the area says which fields may be other, or empty."""
        free, emptied = self._fields()
        ways = [Way.LEAVE]
        if free & {*self.unique.names}:
            ways.append(Way.FREE)
        if emptied & {*self.unique.names}:
            ways.append(Way.EMPTY)
        return tuple(ways)

    def _fields(self) -> tuple[set[str], set[str]]:
        operation = registry.all_operations().get(f"{self.table.entity}.resurrect")
        return (
            set(getattr(operation, "free_fields", ())),
            set(getattr(operation, "optional_fields", ())),
        )

    def instead(self, step: Step, way: Way) -> tuple[str, Any]:
        """The field, and the value that it takes instead."""
        free, emptied = self._fields()
        if way == Way.EMPTY:
            return next(name for name in self.unique.names if name in emptied), ""
        name = next(name for name in self.unique.names if name in free)
        field: Any = self.table.fields[name]
        old = str(self.facts[step.key][name])
        tries = [
            old[: field.max_length - len(end)] + end
            for end in (suffix.format(pk=step.pk) for suffix in SUFFIXES)
        ]
        places = {text: self._with(step, name, text) for text in tries}
        used = self._holders(set(places.values()))
        own = {self._place_then(s) for k, s in self.steps.items() if k[0] is self.table.model}
        free_ones = [text for text in tries if places[text] not in used and places[text] not in own]
        return name, free_ones[0] if free_ones else tries[-1]

    def _with(self, step: Step, name: str, text: str) -> Place:
        values = self.facts[step.key] | {name: text}
        return tuple(values.get(one) for one in self.unique.names)
