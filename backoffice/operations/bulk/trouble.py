"""Telling trouble of a record from trouble of the database."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError, connections
from psycopg import errors as postgres

BUSY = (postgres.LockNotAvailable, postgres.DeadlockDetected, postgres.SerializationFailure)
# A server that has become a standby, or is on its way up or down.
ELSEWHERE = (
    postgres.ReadOnlySqlTransaction,
    postgres.AdminShutdown,
    postgres.CrashShutdown,
    postgres.CannotConnectNow,
)


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in found:
        found.append(step)
        step = step.__cause__ or step.__context__
    return found


def is_busy(error: BaseException) -> bool:
    """Whether somebody else holds what was needed, for the moment."""
    return any(isinstance(one, BUSY) for one in _chain(error))


def is_broken(error: BaseException) -> bool:
    """Whether the connection is lost, or leads to a server that takes no writes."""
    chain = _chain(error)
    if any(isinstance(one, ELSEWHERE) for one in chain):
        return True
    asked = any(isinstance(one, DatabaseError | InterfaceError) for one in chain)
    return asked and not connections["default"].is_usable()
