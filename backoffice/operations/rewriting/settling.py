"""Whether steps can be taken together: parents that are gone, names that are taken, what is filled.

Each round asks all that is left for what stands in its way. A record that is left out may be what
others need, so rounds go on until none leaves anything out any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from backoffice.operations.rewriting import reading
from backoffice.operations.rewriting.conflicts import Choices, Conflict, Kind, Way
from backoffice.operations.rewriting.settled import Settled
from backoffice.operations.rewriting.steps import (
    DELETE,
    INSERT,
    UPDATE,
    Key,
    Step,
    Steps,
    by_model,
)
from backoffice.operations.rewriting.tables import Model, Reference, Table, in_order, pointing_at
from backoffice.operations.rewriting.taken import Taken
from backoffice.operations.rewriting.waves import in_waves, tree_order

ROUNDS = 50
# Of what was put into records that are to be deleted, so much is looked at.
FILLING = 50_000


def settle(steps: Iterable[Step], choices: Choices, found: Iterable[Conflict] = ()) -> Settled:
    """What of these steps can be done, with the choices made for what stands in their way."""
    return _Settling({step.key: step for step in steps}, choices, list(found)).settle()


class _Settling:
    def __init__(self, steps: Steps, choices: Choices, conflicts: list[Conflict]) -> None:
        self.steps, self.choices = steps, choices
        self.conflicts = {conflict.id: conflict for conflict in conflicts}
        # Another record stands in the place of these: what belonged to them is not that one's.
        self.left: set[Key] = {
            (c.model, c.pk) for c in conflicts if c.kind == Kind.AGAIN and c.leaves
        }
        # What records will hold in the fields that others have a say in.
        self.facts: dict[Key, dict[str, Any]] = {}
        self.there: dict[Model, dict[int, bool]] = {}
        self.changed = True
        self.after: dict[Key, set[Key]] = {}

    def settle(self) -> Settled:
        for _round in range(ROUNDS):
            self.changed = False
            self._learn()
            for model in in_order():
                self._ids(model)
                self._missing(model)
            if self.facts.keys() != self.steps.keys():
                continue
            for model in in_order():
                self._taken(model)
            for model in in_order():
                self._filled(model)
            if not self.changed:
                break
        waves, stuck = in_waves(self.open(UPDATE), self.after)
        for step in stuck:
            self.leave(step, Kind.TAKEN)
        rest = [*self.open(DELETE), *tree_order(self.open(INSERT), self.facts)]
        return Settled(rest, waves, list(self.conflicts.values()))

    def open(self, kind: str, model: Model | None = None) -> list[Step]:
        """The steps of a kind that are not left out."""
        return [
            step
            for key, step in self.steps.items()
            if step.kind == kind and key not in self.left and model in (None, step.model)
        ]

    def _checked(self, model: Model) -> list[Step]:
        """The insertions and changes that others have a say in."""
        steps = [*self.open(INSERT, model), *self.open(UPDATE, model)]
        return [step for step in steps if self.facts[step.key]]

    def leave(self, step: Step, kind: Kind, **about: Any) -> None:
        """Leave a step out, and say why."""
        self.conflict(step, kind, (Way.LEAVE,), **about)

    def conflict(self, step: Step, kind: Kind, ways: tuple[Way, ...], **about: Any) -> Way:
        """Note what stands in a step's way; it is left out if that is the way."""
        entity = Table.of(step.model).entity
        bare = Conflict(kind, step.model, entity, step.pk, about.get("names", ()), ways)
        way = self.choices.of(bare.id, ways)
        self.conflicts[bare.id] = replace(bare, way=way, events=step.events, **about)
        if way == Way.LEAVE:
            self.drop(step)
        return way

    def drop(self, step: Step) -> None:
        self.left.add(step.key)
        self.changed = True

    def _learn(self) -> None:
        """Read what the new steps will hold."""
        unknown = [step for key, step in self.steps.items() if key not in self.facts]
        for model, steps in by_model(unknown).items():
            self._learn_table(Table.of(model), steps)

    def _learn_table(self, table: Table, steps: Sequence[Step]) -> None:
        names = table.checked_names()
        along = any(reference.goes_along for reference in table.references)
        asked = [s for s in steps if s.kind == INSERT or along or s.names & names]
        living = [step.pk for step in asked if step.kind != INSERT]
        now = reading.held(table, names, living)
        past = reading.kept(table, names, {i for step in asked for i in step.history_ids()})
        for step in steps:
            self.facts[step.key] = {}
        for step in asked:
            known = past.get(step.base, {}) if step.base is not None else now.get(step.pk, {})
            taken = {n: past[s][n] for n, s in step.sources.items() if n in names and s in past}
            self.facts[step.key] = known | taken | step.values

    def _ids(self, model: Model) -> None:
        """Records that stand in the place of those that shall come back."""
        inserted = [step for step in self.open(INSERT, model) if not step.renewed]
        taken = self.living(model, [step.pk for step in inserted])
        for step in inserted:
            if taken[step.pk] and self.steps[step.key].kind == INSERT:
                ways = (Way.LEAVE, Way.NEW_ID)
                if self.conflict(step, Kind.AGAIN, ways, source=step.base) == Way.NEW_ID:
                    step.renewed = True

    def living(self, model: Model, keys: Iterable[int]) -> dict[int, bool]:
        """Which of these records are there now; asked once for each."""
        known = self.there.setdefault(model, {})
        missing = {key for key in keys if key not in known}
        if missing:
            rows = model._default_manager.using("default").filter(pk__in=missing)
            there = set(rows.values_list("pk", flat=True))
            known.update({key: key in there for key in missing})
        return known

    def _missing(self, model: Model) -> None:
        """References to records that will not be there."""
        steps = self._checked(model)
        for reference in Table.of(model).references:
            wanted = {
                step.key: self.facts[step.key].get(reference.name)
                for step in steps
                if step.key not in self.left
            }
            self.living(reference.target, [pk for pk in wanted.values() if pk is not None])
            for step in steps:
                target = wanted.get(step.key)
                if target is not None and step.key not in self.left:
                    self._refer(step, reference, target)

    def _refer(self, step: Step, reference: Reference, target: int) -> None:
        """One reference: to a record that stands, comes back, or is missing."""
        key = (reference.target, target)
        other = self.steps.get(key)
        gone_along = other is not None and key in self.left and other.kind != DELETE
        if reference.goes_along and gone_along:
            self.drop(step)
            return
        if other is not None and key not in self.left and other.kind == INSERT:
            if other.renewed:
                step.follows[reference.name] = key
            return
        sets = step.kind == INSERT or reference.name in step.names
        deleted = other is not None and key not in self.left and other.kind == DELETE
        if not sets or (self.there[reference.target][target] and not deleted):
            return
        self._choose_parent(step, reference, key, came_with=gone_along)

    def _choose_parent(self, step: Step, reference: Reference, key: Key, came_with: bool) -> None:
        end = None if came_with else reading.ends_of(Table.of(key[0]), [key[1]]).get(key[1])
        ways = [Way.LEAVE]
        if end is not None and key not in self.steps:
            ways.append(Way.PARENT)
        if reference.nullable:
            ways.append(Way.TOP)
        if ways == [Way.LEAVE] and came_with:
            self.drop(step)
            return
        source = step.source_of(reference.name)
        about = {"names": (reference.name,), "other": key, "source": source}
        way = self.conflict(step, Kind.MISSING, tuple(ways), **about)
        if way == Way.PARENT and end is not None:
            self.steps[key] = Step(*key, INSERT, base=end.history_id, events=step.events)
            self.changed = True
        elif way == Way.TOP:
            self.give(step, reference.name, None)

    def give(self, step: Step, name: str, value: Any) -> None:
        """Let a record hold another value than history has."""
        step.sources.pop(name, None)
        step.values[name] = value
        self.facts[step.key][name] = value
        self.changed = True

    def _taken(self, model: Model) -> None:
        table = Table.of(model)
        steps = self._checked(model)
        for unique in table.uniques if steps else ():
            checked = Taken(table, unique, self.steps, self.left, self.facts)
            found = checked.among([step for step in steps if step.key not in self.left])
            for key, before in checked.after.items():
                self.after.setdefault(key, set()).update(before)
            for step, holder in found:
                self._choose_name(step, checked, holder)

    def _choose_name(self, step: Step, checked: Taken, holder: Key) -> None:
        ways = checked.ways(step)
        names = checked.names
        about = {"names": names, "other": holder, "source": step.source_of(names[0])}
        way = self.conflict(step, Kind.TAKEN, ways, **about)
        if way in {Way.FREE, Way.EMPTY}:
            name, value = checked.instead(step, way)
            self.give(step, name, value)

    def _filled(self, model: Model) -> None:
        """Records that are to be deleted, and have something in them that is not."""
        deleted = {step.pk: step for step in self.open(DELETE, model)}
        if not deleted:
            return
        for table, reference in pointing_at(model):
            rows = table.model._default_manager.using("default").filter(
                **{f"{reference.name}__in": list(deleted)}
            )
            for pk, parent in rows.values_list("pk", reference.column)[:FILLING]:
                key, step = (table.model, pk), deleted[parent]
                if step.key not in self.left and not self._goes(key, reference, parent):
                    self.leave(step, Kind.FILLED, other=key)

    def _goes(self, key: Key, reference: Reference, parent: int) -> bool:
        """Whether a record goes, or goes elsewhere."""
        step = self.steps.get(key)
        if step is None or key in self.left:
            return False
        if step.kind == UPDATE and reference.name in step.names:
            return bool(self.facts[key].get(reference.name) != parent)
        return step.kind == DELETE
