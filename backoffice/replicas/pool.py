"""The replicas that may be read from: asked once a request, left alone after a failure."""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from backoffice.replicas.circuit import Circuit

logger = logging.getLogger(__name__)

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
class State:
    """What a replica says of itself. `age` is how old its data is, seconds."""

    in_recovery: bool
    has_it: bool
    age: float


@dataclass(frozen=True)
class Picked:
    """A replica that may be read from now."""

    alias: str
    age: float


def state_of(alias: str, needed: str = "") -> State:
    """Ask a replica how it is, and whether it has replayed `needed` (an LSN, "" for any)."""
    with connections[alias].cursor() as cursor:
        cursor.execute(STATE, [needed])
        in_recovery, has_it, age = cursor.fetchone()
    return State(in_recovery, has_it, float(age or 0))


def pick_replica(needed: str) -> Picked | None:
    """A replica that has replayed `needed` (an LSN, "" for any) and is fresh enough, or None."""
    aliases = list(settings.REPLICAS)
    # Any order will do; it spreads the readers.
    random.shuffle(aliases)
    for alias in aliases:
        if circuit.allows(alias):
            picked = _ask(alias, needed)
            if picked is not None:
                return picked
    return None


def _ask(alias: str, needed: str) -> Picked | None:
    try:
        state = state_of(alias, needed)
    except (DatabaseError, InterfaceError) as error:
        connections[alias].close()
        logger.warning("Replica %s is left alone: %s", alias, error)
        circuit.failed(alias)
        return None
    if not (state.in_recovery and state.has_it) or state.age > settings.REPLICA_LAG_LIMIT:
        return None
    return Picked(alias, state.age)


def _works(alias: str) -> bool:
    """Ask a replica that failed once more, from a thread that nobody waits for."""
    try:
        return state_of(alias).in_recovery
    except Exception:
        # Whatever it is, the replica does not work yet; the thread must outlive it.
        return False
    finally:
        connections[alias].close()


circuit = Circuit(_works)
