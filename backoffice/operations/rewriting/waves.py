"""The order of steps: changes that wait for what others leave free, and trees from the top down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backoffice.operations.rewriting.steps import Key, Step
from backoffice.operations.rewriting.tables import Model, Table


def in_waves(
    steps: Sequence[Step], after: Mapping[Key, set[Key]]
) -> tuple[list[list[Step]], list[Step]]:
    """Steps in waves, each after those that it waits for, and those that wait for each other."""
    waiting = {step.key: step for step in steps}
    waves: list[list[Step]] = []
    while waiting:
        ready = [s for key, s in waiting.items() if not (after.get(key, set()) & waiting.keys())]
        if not ready:
            break
        waves.append(ready)
        for step in ready:
            del waiting[step.key]
    return waves, list(waiting.values())


def tree_order(steps: Sequence[Step], facts: Mapping[Key, Mapping[str, Any]]) -> list[Step]:
    """Insertions, those of a tree's upper levels first."""
    depths: dict[Key, int] = {}
    inserted = {step.key for step in steps}

    def depth(key: Key) -> int:
        """How many of those above it are inserted as well."""
        way: list[Key] = []
        while key in inserted and key not in depths and key not in way:
            way.append(key)
            key = _parent(key, facts) or key
        base = depths.get(key, -1)
        for number, passed in enumerate(reversed(way), 1):
            depths[passed] = base + number
        return depths[way[0]] if way else depths.get(key, 0)

    return sorted(steps, key=lambda step: (depth(step.key), step.pk))


def _parent(key: Key, facts: Mapping[Key, Mapping[str, Any]]) -> Key | None:
    """The record of the same table that this one stands in."""
    model: Model = key[0]
    for reference in Table.of(model).kin:
        above = facts.get(key, {}).get(reference.name)
        if above is not None:
            return model, above
    return None
