"""Reads as events: `note` keeps one in the spool, and a thread of this process delivers it.

The reader waits for one line to be appended to a file, never for the primary. What was appended
outlives the process; what cannot be kept is counted, never silent.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from audit.actors import Actor
from audit.context import payload_of
from audit.delivery import (
    BATCH,
    Delivered,
    Unreachable,
    count_lost,
    deliver,
    deliver_spool,
    line_of,
)
from audit.events import checked
from audit.models import Kind, Outcome
from audit.spool import Spool, SpoolFull

logger = logging.getLogger(__name__)
# How long reads are gathered, how often others' segments are looked for, and how long an absent
# primary is left alone at most: seconds.
GATHER, LOOK, LONGEST_PAUSE = 0.25, 15.0, 30.0
# How many reads are kept in memory when the folder takes no more.
MOST_IN_MEMORY = 1_000


def note(
    name: str,
    *,
    actor: Actor,
    outcome: str = Outcome.SUCCEEDED,
    params: Mapping[str, Any] | None = None,
    **details: Any,
) -> None:
    """Note a read or an access, to be delivered soon; a page never fails or waits because of it.

    Args: as `events.record`. What concerns a change belongs there instead, and is refused here.
    """
    declaration = checked(name, params or {})
    if declaration.kind == Kind.CHANGE:
        raise ValueError(f"Event {name!r} is about a change: record it with audit.events.record.")
    line = line_of(payload_of(name, declaration.kind, outcome, actor, params or {}, details))
    if settings.AUDIT_DELIVERY == "at once":
        try:
            deliver([line])
            return
        except Unreachable as error:
            logger.warning("A read waits for the primary: %s", error)
            courier().keep(line)
            return
    courier().take(line)


class Courier:
    """Keeps this process's reads, and a thread that delivers them and those of ended processes."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self._lock, self._wake = threading.Lock(), threading.Event()
        self._delivering = threading.Lock()
        self._thread: threading.Thread | None = None
        self._memory: deque[bytes] = deque()
        self._lost = 0
        self._pause, self._quiet_until = 0.0, 0.0

    def take(self, line: bytes) -> None:
        """Keep a read, and deliver it soon."""
        self.keep(line)
        self._start()
        self._wake.set()

    def keep(self, line: bytes) -> None:
        """Keep a read until someone delivers it."""
        try:
            self.spool.append(line)
        except (SpoolFull, OSError) as error:
            with self._lock:
                self._keep_in_memory(line, error)

    def _keep_in_memory(self, line: bytes, error: Exception) -> None:
        if len(self._memory) < MOST_IN_MEMORY:
            if not self._memory:
                logger.warning("Reads are kept in memory, the spool takes no more: %s", error)
            self._memory.append(line)
            return
        self._lost += 1
        logger.error("A read is lost, the spool takes no more (%s): %r", error, line[:300])
        self._count_lost()

    def _count_lost(self) -> None:
        """Into the folder when it can be written; until then in memory, and in the log."""
        lost, self._lost = self._lost, 0
        try:
            if lost:
                count_lost(self.spool, lost)
        except OSError:
            self._lost += lost

    @property
    def lost(self) -> int:
        """How many were lost that not even the folder could be told of."""
        return self._lost

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            self._wake.wait(self._patience())
            self._wake.clear()
            time.sleep(GATHER)
            try:
                self._turn()
            except Exception:
                # Whatever it is, the reads wait and the thread must outlive it.
                logger.exception("Waiting reads could not be delivered.")
            finally:
                connections["default"].close()

    def _patience(self) -> float:
        """How long to wait for a read: it comes back by itself, whether anyone reads or not."""
        if not self._quiet_until:
            return LOOK
        return max(GATHER, self._quiet_until - time.monotonic())

    def _turn(self) -> None:
        """Deliver, unless the primary was away just now: then make sure that nothing is lost."""
        if time.monotonic() >= self._quiet_until:
            self.flush()
        if self._quiet_until:
            self._spool_memory()
            self.spool.sync()

    def _spool_memory(self) -> None:
        """Reads that the folder takes by now outlive the process."""
        with self._delivering, suppress(SpoolFull, OSError):
            while self._memory:
                self.spool.append(self._memory[0])
                self._memory.popleft()

    def end(self) -> None:
        """Deliver or spool all that waits; what cannot be is lost with the process, and said."""
        try:
            self.flush()
        except Exception:
            logger.exception("Waiting reads could not be delivered at the end.")
        self._spool_memory()
        for line in self._memory:
            logger.error("A read is lost with its process, nothing takes it: %r", line[:300])
        self._lost += len(self._memory)
        self._memory.clear()
        self._count_lost()
        if self._lost:
            logger.error("%s reads are lost, and no folder could be told of them.", self._lost)

    def flush(self) -> Delivered | None:
        """Deliver all that waits, one thread at a time; None when the primary takes nothing."""
        with self._delivering:
            return self._flush()

    def _flush(self) -> Delivered | None:
        self.spool.let_go()
        try:
            done = self._deliver_memory()
            self._count_lost()
            done.add(deliver_spool(self.spool))
        except Unreachable as error:
            self._pause = min(LONGEST_PAUSE, max(1.0, self._pause * 2))
            self._quiet_until = time.monotonic() + self._pause
            logger.warning("Reads wait in the spool, the primary takes none: %s", error)
            return None
        self._pause, self._quiet_until = 0.0, 0.0
        return done

    def _deliver_memory(self) -> Delivered:
        total = Delivered()
        while self._memory:
            batch = list(self._memory)[:BATCH]
            done = deliver(batch)
            for _line in batch:
                self._memory.popleft()
            self._lost += done.lost
            total.add(done)
        return total


def spool() -> Spool:
    """The folder of this machine, as the settings say."""
    return Spool(Path(settings.AUDIT_SPOOL), int(settings.AUDIT_SPOOL_BYTES))


def can_keep(folder: Spool) -> bool:
    """Whether the folder, or the one that it is to be made in, can be written."""
    place = folder.folder
    while not place.exists() and place != place.parent:
        place = place.parent
    return os.access(place, os.W_OK | os.X_OK)


_couriers: list[Courier] = []


def courier() -> Courier:
    """This process's courier; a forked child gets its own."""
    if not _couriers:
        _couriers.append(Courier(spool()))
    return _couriers[0]


def flush() -> None:
    """At the end of the process: deliver what waits, or leave it in the spool."""
    if _couriers:
        _couriers[0].end()


def _forget() -> None:
    """In a forked child: the parent's segment, lock and thread are the parent's."""
    for parents in _couriers:
        parents.spool.abandon()
    _couriers.clear()


os.register_at_fork(after_in_child=_forget)
atexit.register(flush)
