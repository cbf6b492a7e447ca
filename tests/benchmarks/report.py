"""The benchmark's table and its JSON."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.timing import Figure

MARKS = {True: "holds", False: "FALLS SHORT", None: ""}
LINE = "{name:<44} {ours:>9} {bare:>9} {ratio:>7}  {budget:<14} {mark:<11} {base}"


def table(figures: Iterable[Figure]) -> str:
    """The figures as aligned lines: ours, what it is compared with, the ratio, the budget."""
    head = LINE.format(
        name="",
        ours="ours ms",
        bare="base ms",
        ratio="ratio",
        budget="budget",
        mark="",
        base="base",
    )
    return "\n".join([head, *(_line(figure) for figure in figures)])


def _line(figure: Figure) -> str:
    budget = f"{figure.limit:g} × + {figure.slack:g}" if figure.slack else f"{figure.limit:g} ×"
    queries = f" ({figure.queries} queries)" if figure.queries else ""
    return LINE.format(
        name=figure.name + queries,
        ours=f"{figure.ours:.2f}",
        bare=f"{figure.bare:.2f}",
        ratio=f"{figure.ratio:.2f}",
        budget=budget if figure.limit else "",
        mark=MARKS[figure.holds],
        base=figure.base,
    )


def save(figures: Iterable[Figure], path: Path, versions: int) -> None:
    """All of it as JSON, plans included."""
    found = [{**asdict(f), "ratio": f.ratio, "holds": f.holds} for f in figures]
    report = {"versions": versions, "python": platform.python_version(), "figures": found}
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
