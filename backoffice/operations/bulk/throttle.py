"""Runs make way for readers: no batch while a replica is too far behind."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from backoffice.replicas.pool import circuit, state_of


def lag() -> float:
    """How far the slowest replica that answers is behind, seconds."""
    return max((_age(alias) for alias in settings.REPLICAS if circuit.allows(alias)), default=0.0)


def _age(alias: str) -> float:
    try:
        state = state_of(alias)
    except (DatabaseError, InterfaceError):
        # One that does not answer holds nobody up; the pages leave it alone as well.
        connections[alias].close()
        circuit.failed(alias)
        return 0.0
    return state.age if state.in_recovery else 0.0


def too_far_behind() -> float:
    """The lag in seconds when it is over the limit, else 0."""
    found = lag()
    return found if found > settings.BULK_LAG_LIMIT else 0.0
