"""What records shall be: inserted, changed or deleted, with the versions that hold the values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from backoffice.operations.rewriting.tables import Model

INSERT, UPDATE, DELETE = "insert", "update", "delete"
Key = tuple[Model, int]


@dataclass
class Step:
    """One record and what it shall be.

    Attributes:
        pk: the record's id.
        base: of an insertion, the history row that holds the record.
        sources: fields whose values other history rows hold, by name.
        values: fields whose values no history row holds, by name: a free slug, no parent.
        events: the events that this takes back.
        renewed: of an insertion, whether it gets an id of its own.
        follows: fields that point to records which get ids of their own.
    """

    model: Model
    pk: int
    kind: str
    base: int | None = None
    sources: dict[str, int] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    events: frozenset[int] = frozenset()
    renewed: bool = False
    follows: dict[str, Key] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.model, self.pk

    @property
    def names(self) -> set[str]:
        """The fields that it sets, of a change."""
        return {*self.sources, *self.values}

    def history_ids(self) -> set[int]:
        """The history rows that it reads."""
        base = {self.base} if self.base is not None else set()
        return base | set(self.sources.values())

    def source_of(self, name: str) -> int | None:
        """The history row that holds a field's value; None where the record's own stays."""
        return self.sources.get(name, self.base)


Steps = dict[Key, Step]


def by_model(steps: Iterable[Step]) -> Mapping[Model, list[Step]]:
    """Steps by their tables."""
    found: dict[Model, list[Step]] = {}
    for step in steps:
        found.setdefault(step.model, []).append(step)
    return found
