"""The replicas that may be read from: each is asked once a request, and left alone after a failure."""

from __future__ import annotations

import logging
import random
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

logger = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0

# Whether it is a replica, has the wanted LSN, and how old its data is. An idle primary sends
# nothing, so the time of the last replayed commit counts only while something waits to be
# replayed, or when nothing is being received.
STATE = """
SELECT pg_is_in_recovery(),
    coalesce(pg_last_wal_replay_lsn() >= coalesce(nullif(%s, '')::pg_lsn, '0/0'), false),
    CASE WHEN EXISTS (SELECT FROM pg_stat_wal_receiver)
            AND pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
        ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END
"""


@dataclass(frozen=True)
class Picked:
    """A replica that may be read from now."""

    alias: str
    age: float


class Circuit:
    """Remembers that a replica failed, and for how long to leave it alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed_until: dict[str, float] = {}
        self._pause: dict[str, float] = {}

    def is_open(self, alias: str) -> bool:
        """Whether the replica may be asked now."""
        return time.monotonic() >= self._closed_until.get(alias, 0.0)

    def failed(self, alias: str) -> None:
        """Leave it alone, each time twice as long."""
        with self._lock:
            pause = min(self._pause.get(alias, FIRST_PAUSE / 2) * 2, LONGEST_PAUSE)
            self._pause[alias] = pause
            self._closed_until[alias] = time.monotonic() + pause

    def worked(self, alias: str) -> None:
        """It answers again."""
        if alias in self._pause:
            with self._lock:
                self._pause.pop(alias, None)
                self._closed_until.pop(alias, None)


circuit = Circuit()


def pick_replica(needed: str) -> Picked | None:
    """A replica that has replayed `needed` (an LSN, "" for any) and is fresh enough, or None."""
    aliases = list(settings.REPLICAS)
    random.shuffle(aliases)
    for alias in aliases:
        if circuit.is_open(alias):
            picked = _ask(alias, needed)
            if picked is not None:
                return picked
    return None


def _ask(alias: str, needed: str) -> Picked | None:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(STATE, [needed])
            in_recovery, has_it, age = cursor.fetchone()
    except (DatabaseError, InterfaceError) as error:
        circuit.failed(alias)
        connections[alias].close()
        logger.warning("Replica %s is left alone: %s", alias, error)
        return None
    circuit.worked(alias)
    mirror = connections[alias].settings_dict["TEST"].get("MIRROR")
    if not (in_recovery or mirror) or not (has_it or mirror):
        return None
    age = float(age or 0)
    return Picked(alias, age) if age <= settings.REPLICA_LAG_LIMIT else None
