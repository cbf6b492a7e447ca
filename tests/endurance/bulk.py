"""A run whose workers, connections and server are killed: what must hold of it."""

from __future__ import annotations

import time
from contextlib import suppress
from random import Random
from typing import Any

import django.db
import psycopg

from tests.endurance.kills import Stage

RECORDS = 60
# What is told of every record, whatever was killed: its outcome, and history with the same event.
ONCE = """
SELECT i.key FROM bulk_bulkitem i
LEFT JOIN articles_historicalarticle h ON h.id = i.key AND h.verb = 'hidden'
LEFT JOIN audit_event e ON e.id = h.event_id AND e.parent_id =
    (SELECT r.parent_event FROM bulk_bulkrun r WHERE r.id = i.run_id)
GROUP BY i.key, i.state, i.event_id
HAVING i.state <> 'done' OR count(h.history_id) <> 1 OR min(e.id) IS DISTINCT FROM i.event_id
"""
COUNTS = """
SELECT r.state, r.total, r.looked, r.done, r.failed + r.conflicts,
    (SELECT count(*) FROM articles_article WHERE hidden),
    (SELECT coalesce(sum(e.target_count), 0) FROM audit_event e
        WHERE e.parent_id = r.parent_event AND e.outcome = 'succeeded' AND e.kind = 'change'
        AND e.name <> 'bulk.ended'),
    (SELECT count(*) FROM audit_event e WHERE e.name = 'bulk.ended')
FROM bulk_bulkrun r
"""


def ask_for_a_run(rng: Random) -> None:
    """The people, the articles, and Otis who asks to have all of them hidden."""
    from backoffice.accounts.models import Staff
    from backoffice.operations import registry
    from backoffice.operations.bulk import runs, selection
    from backoffice.operations.performers import StaffPerformer
    from tests.content import make_help_center
    from tests.endurance.worker import url
    from tests.people import make_people

    make_people()
    with psycopg.connect(url("product")) as product:
        make_help_center(product, articles=RECORDS)
    otis = Staff.objects.get(email="otis@example.com")
    hide = registry.get("article.hide")
    chosen = selection.freeze(selection.ask(otis, "article", "list"), hide)
    runs.begin(hide.name, chosen, {}, actor=StaffPerformer(otis), reason="hide all of them")


def run(rng: Random) -> None:
    """What a worker does with runs, over and over; the preview's end is the word to start."""
    from backoffice.operations.bulk.models import BulkRun
    from backoffice.operations.bulk.runs import start_run
    from backoffice.operations.bulk.working import work

    while True:
        django.db.close_old_connections()
        try:
            for found in BulkRun.objects.all():
                if found.is_at_work:
                    work(found.pk, 3)
                elif found.is_previewed:
                    start_run(found)
        except (django.db.Error, psycopg.Error):
            time.sleep(0.05)
        time.sleep(0.02)


def start(rng: Random) -> None:
    """The word of the owner, as soon as the preview has ended."""
    from backoffice.operations.bulk.models import BulkRun
    from backoffice.operations.bulk.runs import start_run

    while True:
        django.db.close_old_connections()
        with suppress(django.db.Error, psycopg.Error):
            for found in BulkRun.objects.all():
                if found.is_previewed:
                    start_run(found)
        time.sleep(0.2)


def queue(rng: Random) -> None:
    """The worker itself, which notices within seconds that another one was killed."""
    from backoffice.jobs import tasks, worker

    worker.HEARTBEAT, worker.STALLED_AFTER, tasks.STALLED_AFTER = 0.5, 3.0, 3.0
    while True:
        with suppress(Exception):
            worker.work(concurrency=2)
        time.sleep(0.2)


def endure(made: Stage, kills: int, patience: float = 120) -> None:
    """Kill so often while the run is at work, then let it come to its end."""
    deadline = time.monotonic() + patience
    seen = 0
    for number in range(kills):
        # Whoever was killed before has come back, and the run goes on.
        seen = _wait(made, lambda row, past=seen: _behind(row) > past, deadline)
        if seen >= 2 * RECORDS:
            break
        time.sleep(made.rng.uniform(0, 0.3))
        kinds = ("worker", "worker", "backend", "server")
        made.kill("worker" if number == 0 else made.rng.choice(kinds))
    _wait(made, lambda row: row and row[3] + row[4] >= RECORDS, deadline)
    made.end()


def _look(made: Stage) -> Any:
    with made.connect() as connection:
        return connection.execute(COUNTS).fetchone()


def _behind(row: Any) -> int:
    """How many records were previewed and done, together."""
    return int(row[2] + row[3] + row[4]) if row else 0


def _wait(made: Stage, so: Any, deadline: float) -> int:
    while time.monotonic() < deadline:
        try:
            if so(row := _look(made)):
                return _behind(row)
        except psycopg.OperationalError:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"The run did not get there: {_look(made)}\n{made.complaints()}")


def wrong(made: Stage) -> list[str]:
    """What was not done exactly once, or is told otherwise; nothing when all is well."""
    with made.connect() as connection:
        found = [f"record {key}" for (key,) in connection.execute(ONCE).fetchall()]
        counts = connection.execute(COUNTS).fetchone()
    if counts != ("finished", RECORDS, RECORDS, RECORDS, 0, RECORDS, RECORDS, 1):
        found.append(f"counts: {counts}")
    return found
