"""Whatever is killed, whenever: no change without its event, no succeeded event without its change.

`KILL_SEED=…` tries other moments; `make endurance` kills for a long time.
"""

from __future__ import annotations

import os

from tests.audit.whole import faults
from tests.endurance.kills import FEW, kept_its_word, stage

KILLS = 4


def test_after_kills_every_change_has_its_event_and_every_event_its_change():
    seed = os.environ.get("KILL_SEED", "1")
    with stage(seed, FEW) as made:
        for kind in ("server", "backend", "worker"):
            made.kill_something(kind)
        for _ in range(KILLS - 3):
            made.kill_something()
        made.end()
        with made.connect() as connection:
            assert faults(connection) == [], (seed, made.kills)
        assert kept_its_word(made) == [], (seed, made.kills)
        assert len(made.confirmed()) > 3 * KILLS
