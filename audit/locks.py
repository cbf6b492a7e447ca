"""Locks asked for with patience: wait shortly, step aside, ask again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError

# How often, and for how long, a transaction may ask for its locks.
TRIES, LOCK_TIMEOUT, PAUSE = 20, "500ms", 0.5
T = TypeVar("T")


def with_patience(step: Callable[[], T], tries: int | None = None) -> T:
    """Run a step that sets LOCK_TIMEOUT, again and again while others hold what it needs.

    Whoever waits for a strong lock makes everyone behind it wait as well; so nobody waits longer
    than LOCK_TIMEOUT. The step is a whole transaction. After the last try the OperationalError goes
    on to the caller.
    """
    left = TRIES if tries is None else tries
    while True:
        try:
            return step()
        except OperationalError as error:
            left -= 1
            if left <= 0 or not any(word in str(error) for word in ("lock timeout", "deadlock")):
                raise
            time.sleep(PAUSE)
