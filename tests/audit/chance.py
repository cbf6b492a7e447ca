"""Scripts of random writes for several sessions at once, drawn by hypothesis, and their judge."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.audit import paths
from tests.audit.following import Follower
from tests.audit.whole import faults
from tests.content import make_help_center
from tests.harness import databases

number = st.integers(0, 59)
steps = st.lists(st.tuples(number, number), min_size=1, max_size=4)
undone = st.sampled_from([False, False, False, True])
session = st.one_of(
    st.lists(st.tuples(st.just("product"), steps, undone), min_size=1, max_size=6),
    st.lists(st.tuples(st.just("console"), steps, undone), min_size=1, max_size=6),
    st.lists(st.tuples(st.just("psql"), steps, undone), min_size=1, max_size=2),
)
scripts = st.lists(session, min_size=2, max_size=4)
# What a run of sessions side by side leaves to chance, a second run decides otherwise: no limits.
COMMON: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "print_blob": True,
    "suppress_health_check": list(HealthCheck),
}


def short(examples: int) -> settings:
    """The same scripts every time."""
    return settings(max_examples=examples, derandomize=True, **COMMON)


def long(examples: int) -> settings:
    """Other scripts every time."""
    return settings(max_examples=examples, **COMMON)


def play(script: list[Any]) -> None:
    """Let the sessions write, then hold the tables against their history."""
    with databases.clone() as database, databases.pointed_at(database):
        with psycopg.connect(database.url("product"), autocommit=True) as product:
            site = make_help_center(product, articles=4)
        follower = Follower(database.url("superuser"))
        follower.start()
        _all_at_once(site, script)
        follower.finish()
        with psycopg.connect(database.url("superuser"), autocommit=True) as judge:
            assert faults(judge, idle=True) == []
            assert follower.differences(judge) == []


def _all_at_once(site: Any, script: list[Any]) -> None:
    failures: list[BaseException] = []

    def write(transactions: list[Any]) -> None:
        try:
            for way, taken, undo in transactions:
                paths.run(way, site, taken, undo)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=[part]) for part in script]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    assert not any(thread.is_alive() for thread in threads)
