"""Asks a dependency in a thread of its own, for no longer than its limit."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from django.db import connections

from backoffice.health.checks import Check, Trouble

# How long a dependency may take to answer, seconds.
LIMIT = 2.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """What a dependency said. `mend` is empty when it is well."""

    ok: bool
    text: str
    mend: str = ""


class Probe:
    """One dependency, asked by one thread at a time.

    Whoever asks while an earlier question is still open waits for that one's answer: a dependency
    that hangs costs one thread, however often readiness is asked for.
    """

    def __init__(self, name: str, check: Check) -> None:
        self.name, self.check = name, check
        self._lock = threading.Lock()
        self._open: _Question | None = None

    def ask(self) -> _Question:
        """Put the question, or join the one that is open."""
        with self._lock:
            if self._open is None or self._open.answered.is_set():
                self._open = _Question(self.check)
            return self._open


class _Question:
    def __init__(self, check: Check) -> None:
        self.answered = threading.Event()
        self._check = check
        self._finding: Finding | None = None
        self._asked_at = time.monotonic()
        threading.Thread(target=self._ask, daemon=True).start()

    def finding(self) -> Finding:
        """The answer; when there is none within the limit, that is the answer."""
        self.answered.wait(max(0.0, LIMIT - (time.monotonic() - self._asked_at)))
        if self._finding is None:
            return Finding(False, f"It did not answer within {LIMIT:g} s.", self._check.mend)
        return self._finding

    def _ask(self) -> None:
        try:
            self._finding = Finding(True, self._check.ask())
        except Trouble as trouble:
            self._finding = Finding(False, str(trouble), trouble.mend)
        except Exception as error:
            # Anyone may read the answer, so addresses and names stay in the log.
            logger.warning("A dependency is not well: %s", error)
            text = f"It does not answer ({type(error).__name__})."
            self._finding = Finding(False, text, self._check.mend)
        finally:
            self.answered.set()
            connections.close_all()
