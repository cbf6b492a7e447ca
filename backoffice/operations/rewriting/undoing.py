"""From what records shall be without some events, to steps and to what stands in their way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from backoffice.operations.rewriting.conflicts import Choices, Conflict, Kind, Way
from backoffice.operations.rewriting.inverse import Walk, walks_of
from backoffice.operations.rewriting.reading import Mark, standing_alike
from backoffice.operations.rewriting.steps import DELETE, INSERT, UPDATE, Step
from backoffice.operations.rewriting.tables import Model, Table


@dataclass
class Undoing:
    """What is to be written, and what is in doubt.

    `netted` are events that made what others of the chosen deleted: without them these would be
    taken for what was there before.
    """

    steps: list[Step] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    netted: set[int] = field(default_factory=set)


def undoing_of(models: Sequence[Model], events: Collection[int], choices: Choices) -> Undoing:
    """The inverse of events over these tables, as far as the choices allow."""
    found = Undoing()
    for model in models:
        table = Table.of(model)
        _OfTable(table, walks_of(table, events), choices, found).add()
    return found


class _OfTable:
    """The records of one table."""

    def __init__(
        self, table: Table, walks: Sequence[Walk], choices: Choices, found: Undoing
    ) -> None:
        self.table, self.walks, self.choices, self.found = table, walks, choices, found
        # What stands as it shall be already is no conflict, whoever made it so.
        self.alike = standing_alike(table, dict(self._contested()))

    def _contested(self) -> list[tuple[tuple[int, str], int]]:
        pairs = []
        for walk in self.walks:
            if walk.is_there and walk.contested:
                names = self.table.fields if walk.ended else walk.contested
                pairs += [
                    ((walk.pk, name), source)
                    for name in names
                    if (source := walk.ended or walk.forced[name]) is not None
                ]
        return pairs

    def add(self) -> None:
        for walk in self.walks:
            self._retired(walk)
            if walk.trouble is not None:
                self._conflict(walk.trouble, walk)
            elif walk.is_there:
                self._of_living(walk)
            else:
                self._of_gone(walk)

    def _of_living(self, walk: Walk) -> None:
        if any(source is None for source in walk.forced.values()):
            self._made_by_chosen(walk)
        elif walk.ended:
            self._made_anew(walk)
        else:
            sources = dict(walk.wanted) | self._chosen_fields(walk)
            if sources:
                self._step(walk, UPDATE, sources)

    def _made_by_chosen(self, walk: Walk) -> None:
        """What was made is deleted; if others changed it since, only when that is chosen."""
        way = Way.RESTORE
        if walk.contested:
            since = max(walk.contested.values(), key=lambda mark: mark.history_id)
            ways = (Way.LEAVE, Way.RESTORE)
            way = self._conflict(Kind.REMADE, walk, ways=ways, since=since)
        if way == Way.RESTORE:
            self.found.steps.append(Step(self.table.model, walk.pk, DELETE, events=walk.all_events))

    def _made_anew(self, walk: Walk) -> None:
        """It was deleted, and stands again by somebody else's doing: maybe just as it was."""
        if all((walk.pk, name) in self.alike for name in self.table.changeable):
            return
        since = next(iter(walk.contested.values()))
        ways = (Way.LEAVE, Way.NEW_ID)
        way = self._conflict(Kind.AGAIN, walk, ways=ways, since=since, source=walk.ended)
        step = Step(self.table.model, walk.pk, INSERT, walk.ended, events=walk.all_events)
        step.renewed = way == Way.NEW_ID
        self.found.steps.append(step)

    def _of_gone(self, walk: Walk) -> None:
        if all(source is None for source in walk.forced.values()):
            if self.table.pk_name in walk.wanted:
                self.found.netted |= walk.all_events
            return
        base = walk.wanted.get(self.table.pk_name)
        if base is None:
            since = max(walk.contested.values(), key=lambda mark: mark.history_id, default=None)
            self._conflict(Kind.GONE, walk, since=since)
            return
        sources = dict(walk.wanted) | self._chosen_fields(walk)
        self._step(walk, INSERT, {n: s for n, s in sources.items() if s != base}, base)

    def _chosen_fields(self, walk: Walk) -> dict[str, int | None]:
        """The fields that others changed since and that shall go back all the same."""
        found = {}
        for name, since in sorted(walk.contested.items()):
            source = walk.forced[name]
            if (walk.pk, name) in self.alike:
                continue
            ways = (Way.LEAVE, Way.RESTORE)
            way = self._conflict(Kind.LATER, walk, (name,), ways, since, source)
            if way == Way.RESTORE:
                found[name] = source
        return found

    def _retired(self, walk: Walk) -> None:
        """What the table has no longer stays as it was."""
        for name in sorted(walk.events):
            if name and name not in self.table.fields:
                self._conflict(Kind.RETIRED, walk, (name,))

    def _step(
        self, walk: Walk, kind: str, sources: dict[str, int | None], base: int | None = None
    ) -> None:
        known = {name: source for name, source in sources.items() if source is not None}
        events = walk.all_events if kind == INSERT else walk.events_of(known)
        step = Step(self.table.model, walk.pk, kind, base, known, events=events)
        self.found.steps.append(step)

    def _conflict(
        self,
        kind: Kind,
        walk: Walk,
        names: tuple[str, ...] = (),
        ways: tuple[Way, ...] = (Way.LEAVE,),
        since: Mark | None = None,
        source: int | None = None,
    ) -> Way:
        bare = Conflict(kind, self.table.model, self.table.entity, walk.pk, names, ways)
        way = self.choices.of(bare.id, ways)
        events = walk.events_of(names) if names else walk.all_events
        self.found.conflicts.append(
            Conflict(
                kind,
                self.table.model,
                self.table.entity,
                walk.pk,
                names,
                ways,
                way,
                since,
                source,
                events=events,
            )
        )
        return way
