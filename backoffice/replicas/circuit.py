"""Keeps readers away from a replica that failed, until it has been seen to work again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0


class Circuit:
    """Remembers which replicas failed.

    A thread asks them again, with pauses that double, so that no reader ever waits for a server
    that is known not to answer.

    Args: works: asks a replica, by its alias, whether it may be read from again.
    """

    def __init__(self, works: Callable[[str], bool]) -> None:
        self._works = works
        self._lock = threading.Lock()
        self._failed: set[str] = set()

    def allows(self, alias: str) -> bool:
        """Whether the replica may be asked now."""
        return alias not in self._failed

    def failed(self, alias: str) -> None:
        """Leave the replica alone until it works again."""
        with self._lock:
            if alias in self._failed:
                return
            self._failed.add(alias)
        threading.Thread(target=self._watch, args=[alias], daemon=True).start()

    def forget(self) -> None:
        """Allow every replica again, as at the start."""
        with self._lock:
            self._failed.clear()

    def _watch(self, alias: str) -> None:
        pause = FIRST_PAUSE
        while not self.allows(alias):
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            if self._works(alias):
                with self._lock:
                    self._failed.discard(alias)
                logger.warning("Replica %s works again.", alias)
