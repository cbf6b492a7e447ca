"""Whatever is killed, whenever: each record of a run is done exactly once, and told so.

`KILL_SEED=…` tries other moments; `make endurance` kills for a long time.
"""

from __future__ import annotations

import os

from tests.audit.whole import faults
from tests.endurance.bulk import endure, wrong
from tests.endurance.kills import stage

KILLS = 3


def test_after_kills_every_record_is_done_exactly_once():
    seed = os.environ.get("KILL_SEED", "1")
    with stage(seed, ("run", "run"), "ask_for_a_run", BULK_BATCH_SIZE="2") as made:
        endure(made, KILLS)
        assert wrong(made) == [], (seed, made.kills)
        with made.connect() as connection:
            assert faults(connection) == [], (seed, made.kills)
        assert len(made.kills) > 1
