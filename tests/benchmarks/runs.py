"""A run in the background over very many records: its rate, and the memory that it takes.

Memory is what this process takes beside what it had before; a run of few records is the base, so
the ratio says whether more records take more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
from django.db import connections

from audit.actors import Actor
from backoffice.accounts.demo import demo_people
from backoffice.accounts.models import Staff
from backoffice.operations import registry
from backoffice.operations.bulk import runs, selection
from backoffice.operations.bulk.models import BulkRun
from backoffice.operations.bulk.working import work
from backoffice.operations.performers import StaffPerformer
from tests.benchmarks.timing import Figure

MANY, FEW = 100_000, 2_000
# How much more memory the large run may take than the small one, MB.
SLACK = 40.0


class Memory:
    """The most that the process took while it was watched, MB, beside the beginning."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self.before = self.now()
        self.peak = self.before

    def now(self) -> float:
        return self._process.memory_info().rss / 1_000_000

    @property
    def grown(self) -> float:
        return self.peak - self.before


@contextmanager
def watched() -> Iterator[Memory]:
    memory, over = Memory(), threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            memory.peak = max(memory.peak, memory.now())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        over.set()
        thread.join()


def measure(many: int = MANY, few: int = FEW, say: Callable[[str], None] = str) -> list[Figure]:
    """Preview and carry out a run of few records, then one of many."""
    demo_people()
    small, large = _run(few), _run(many)
    say(large.told)
    return [
        Figure(f"run of {large.count:,}: preview, ms a 1,000", f"a run of {small.count:,}",
               large.preview, small.preview, 3.0),
        Figure(f"run of {large.count:,}: done, ms a 1,000", f"a run of {small.count:,}",
               large.done, small.done, 3.0),
        Figure(f"run of {large.count:,}: memory it takes, MB", f"a run of {small.count:,}",
               large.memory, small.memory, 1.0, SLACK),
    ]  # fmt: skip


class Measured:
    """A run's figures: milliseconds for a thousand records, MB."""

    def __init__(self, run: BulkRun, preview: float, done: float, memory: Memory) -> None:
        self.count = run.done
        self.preview, self.done = (seconds * 1e6 / run.done for seconds in (preview, done))
        self.memory = memory.grown
        self.told = (
            f"  {run.done:,} records: previewed in {preview:.0f} s, done in {done:.0f} s "
            f"({run.done / done:,.0f} a second); memory {memory.before:.0f} MB before, "
            f"{memory.peak:.0f} MB at most"
        )


def _run(count: int) -> Measured:
    otis = Staff.objects.get(email="otis@example.com")
    ada = Staff.objects.get(email="ada@example.com")
    name, keys = _work(count)
    declared = registry.get(name)
    chosen = selection.freeze(selection.ask(otis, "article", "keys", keys=keys), declared)
    with watched() as memory:
        run = runs.begin(name, chosen, {}, actor=StaffPerformer(otis), reason="bench: all of them")
        looked = _timed(run)
        run.refresh_from_db()
        runs.start_run(run, approver=Actor.staff(ada))
        done = _timed(run)
    run.refresh_from_db()
    return Measured(run, looked, done, memory)


def _timed(run: BulkRun) -> float:
    started = time.monotonic()
    while work(run.pk, 3_600):
        continue
    return time.monotonic() - started


def _work(count: int) -> tuple[str, list[int]]:
    """So many articles, and what can be done to them: an earlier run may have hidden most."""
    found: dict[bool, list[int]] = {}
    with connections["default"].cursor() as cursor:
        for hidden in (False, True):
            cursor.execute(
                "SELECT id FROM articles_article WHERE hidden = %s AND deleted_at IS NULL "
                "ORDER BY id LIMIT %s",
                [hidden, count],
            )
            found[hidden] = [pk for (pk,) in cursor.fetchall()]
    hidden = len(found[True]) > len(found[False])
    return ("article.unhide" if hidden else "article.hide"), found[hidden]
