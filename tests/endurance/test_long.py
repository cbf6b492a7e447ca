"""What `make test` tries a few times, for many minutes; ENDURANCE_MINUTES says how many for each.

A failure names its seed: `KILL_SEED=… pytest tests/audit/test_kills.py` has the same chances.
"""

from __future__ import annotations

import os
import time
from secrets import token_hex

import pytest
from hypothesis import given

from tests.audit import chance
from tests.audit.whole import faults
from tests.endurance import bulk
from tests.endurance.kills import kept_its_word, stage

pytestmark = pytest.mark.endurance
MINUTES = float(os.environ.get("ENDURANCE_MINUTES", "10"))
# About two scripts a second, on the machine that this was written on.
SCRIPTS = int(MINUTES * 60)
KILLS_A_ROUND = 15


def test_kills_for_a_long_time():
    deadline = time.monotonic() + MINUTES * 60
    rounds = kills = 0
    while rounds == 0 or time.monotonic() < deadline:
        seed = os.environ.get("KILL_SEED", token_hex(4))
        with stage(seed) as made:
            for _ in range(KILLS_A_ROUND):
                made.kill_something()
            made.end()
            with made.connect() as connection:
                assert faults(connection) == [], (seed, made.kills)
            assert kept_its_word(made) == [], (seed, made.kills)
        rounds, kills = rounds + 1, kills + KILLS_A_ROUND
    assert kills >= KILLS_A_ROUND


def test_kills_of_runs_for_a_long_time():
    deadline = time.monotonic() + MINUTES * 60
    rounds = 0
    while rounds == 0 or time.monotonic() < deadline:
        seed = os.environ.get("KILL_SEED", token_hex(4))
        with stage(seed, ("run", "run"), "ask_for_a_run", BULK_BATCH_SIZE="2") as made:
            bulk.endure(made, KILLS_A_ROUND, patience=300)
            assert bulk.wrong(made) == [], (seed, made.kills)
            with made.connect() as connection:
                assert faults(connection) == [], (seed, made.kills)
        rounds += 1


def test_kills_of_the_worker_whose_queue_carries_a_run():
    seed = os.environ.get("KILL_SEED", token_hex(4))
    works = ("queue", "queue", "start")
    with stage(seed, works, "ask_for_a_run", BULK_BATCH_SIZE="2") as made:
        bulk.endure(made, KILLS_A_ROUND, patience=600)
        assert bulk.wrong(made) == [], (seed, made.kills)
        with made.connect() as connection:
            assert faults(connection) == [], (seed, made.kills)


@chance.long(SCRIPTS)
@given(script=chance.scripts)
def test_writes_for_a_long_time(django_db_blocker, script):
    with django_db_blocker.unblock():
        chance.play(script)
