"""Measuring in turns: what is compared is run alternately, so that a noisy moment hits both."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One line of the report; times in milliseconds.

    Attributes:
        name: what was measured; base: what it is compared with.
        ours, bare: medians of the two.
        limit: the ratio that the budget allows, and slack in milliseconds on top of it.
        queries, plan: what it asked the database, where that is worth knowing.
    """

    name: str
    base: str
    ours: float
    bare: float
    limit: float = 0.0
    slack: float = 0.0
    queries: int = 0
    plan: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.bare if self.bare else float("inf")

    @property
    def holds(self) -> bool | None:
        """Whether the budget is kept; None where there is none."""
        return self.ours <= self.limit * self.bare + self.slack if self.limit else None


def in_turns(rounds: int, *works: Callable[[], object]) -> list[float]:
    """The median time of each work in milliseconds, after one round to warm up."""
    times: list[list[float]] = [[] for _ in works]
    for number in range(rounds + 1):
        for work, found in zip(works, times, strict=True):
            started = time.perf_counter()
            work()
            if number:
                found.append((time.perf_counter() - started) * 1000)
    return [median(found) for found in times]
