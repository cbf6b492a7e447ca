"""One worker for a run at a time: a lock that the working connection holds, and loses with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, connections

# Tells these locks from other advisory locks of the database.
CLASS = 0x62756C6B
LARGEST = 2**31 - 1


@contextmanager
def lease(run_id: int) -> Iterator[bool]:
    """Whether this connection is the one that works on the run, until it ends or breaks."""
    connection = connections["default"]
    key = run_id % LARGEST
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [CLASS, key])
        (held,) = cursor.fetchone()
    try:
        yield held
    finally:
        if held:
            _give_back(key)


def _give_back(key: int) -> None:
    """A pooled connection that kept the lock would keep everybody out."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [CLASS, key])
    except (DatabaseError, InterfaceError):
        # It is lost, and the lock with it.
        connections["default"].close()
