"""The inverse of events, net over all of them: what each record shall be, what changed it since.

A record's versions are walked from the newest back. A field's value goes back to what it was before
the oldest of the chosen versions that set it, as long as no other version comes between. An undoing
that was done before, and what it undid, cancel each other: so undoing in batches, newest first,
comes to the same end as undoing all at once, and an undoing can be undone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from backoffice.operations.rewriting import reading
from backoffice.operations.rewriting.conflicts import Kind
from backoffice.operations.rewriting.reading import LATER, Mark
from backoffice.operations.rewriting.tables import Table

# Where a value comes from: a history row; None: the record was not there.
Source = int | None
Cancelled = Mapping[int, frozenset[int]]


@dataclass
class Walk:
    """What one record shall be.

    Attributes:
        is_there: whether it stands now.
        wanted: fields that go back, with where their values are.
        contested: fields that others set since, with the newest of these versions.
        forced: as `wanted`, whatever others set since.
        events: which of the chosen had a part in it, by field.
        trouble: why nothing can be said of it at all.
    """

    pk: int
    is_there: bool
    wanted: dict[str, Source] = field(default_factory=dict)
    contested: dict[str, Mark] = field(default_factory=dict)
    forced: dict[str, Source] = field(default_factory=dict)
    events: dict[str, set[int]] = field(default_factory=dict)
    trouble: Kind | None = None
    # The version with which a chosen event ended it, though it was made anew since.
    ended: int | None = None

    def events_of(self, names: Iterable[str]) -> frozenset[int]:
        """The chosen events that set any of these fields."""
        return frozenset(event for name in names for event in self.events.get(name, ()))

    @property
    def all_events(self) -> frozenset[int]:
        return self.events_of(self.events)


def walks_of(table: Table, events: Collection[int]) -> list[Walk]:
    """The records of a table that these events changed, and what they shall be without them."""
    chosen = set(events)
    found = reading.marks_of(table, chosen)
    cancelled = reading.undoings(reading.others_among(found.values()))
    return [_Walker(table, pk, marks, chosen, cancelled).walk() for pk, marks in found.items()]


class _Walker:
    """Walks back through one record's versions."""

    def __init__(
        self,
        table: Table,
        pk: int,
        marks: list[Mark],
        chosen: set[int],
        cancelled: Cancelled,
    ) -> None:
        self.table, self.marks, self.chosen, self.cancelled = table, marks, chosen, cancelled
        self.record = Walk(pk, is_there=marks[0].kind != "-")
        self.skipped: dict[int, set[str]] = {}
        # What others set, as far as the walk has come: whatever is older was changed since.
        self.others: dict[str, Mark] = {}

    def walk(self) -> Walk:
        """Newest first; more versions than can be looked through are a trouble of their own."""
        if len(self.marks) > LATER:
            self.record.events = {"": self.chosen & {mark.event_id for mark in self.marks}}
            self.record.trouble = Kind.BUSY
            return self.record
        for mark in self.marks:
            names = self._names(mark) - self.skipped.get(mark.event_id, set())
            if mark.event_id in self.chosen:
                self._take_back(mark, names)
            elif mark.event_id in self.cancelled:
                for event in self.cancelled[mark.event_id]:
                    self.skipped.setdefault(event, set()).update(names)
            else:
                for name in names:
                    self.others.setdefault(name, mark)
        return self.record

    def _names(self, mark: Mark) -> set[str]:
        return set(self.table.fields if mark.is_whole else mark.fields)

    def _take_back(self, mark: Mark, names: set[str]) -> None:
        record, source = self.record, _source_before(mark)
        for name in names:
            record.events.setdefault(name, set()).add(mark.event_id)
            if name not in self.table.fields:
                continue
            if source == 0:
                record.trouble = Kind.UNKNOWN
                return
            record.forced[name] = source
            if name in self.others:
                record.contested.setdefault(name, self.others[name])
            else:
                record.wanted[name] = source
        if mark.kind == "-" and self.table.pk_name in self.others:
            record.ended = mark.history_id


def _source_before(mark: Mark) -> Source:
    """Where the values before a version are; 0 where nobody knows: history began with it."""
    if mark.kind == "+":
        return None
    if mark.kind == "-":
        return mark.history_id
    return mark.before or 0
