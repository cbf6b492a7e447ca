"""What one request knows of where it reads: kept in a context variable, gone with the request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connections

from backoffice.replicas.pool import pick_replica

PRIMARY = "default"


@dataclass
class Route:
    """Where one request reads.

    Attributes:
        primary: whether it must use the primary from here on.
        needed: the LSN of the reader's own last write, "" when there is none.
        alias: the replica chosen for it, once it has asked for one.
        written: the LSN to hand back in the reader's cookie.
        age: how old the replica's data was when it was chosen, seconds.
    """

    primary: bool
    needed: str = ""
    alias: str = ""
    written: str = ""
    age: float | None = None

    def reading(self) -> str:
        """The alias to read from now; the choice is made once and kept."""
        if self.primary:
            return PRIMARY
        if not self.alias:
            picked = pick_replica(self.needed)
            if picked is None:
                self.primary = True
                return PRIMARY
            self.alias, self.age = picked.alias, picked.age
        return self.alias


_route: ContextVar[Route | None] = ContextVar("replica_route", default=None)


def current() -> Route | None:
    """The running request's route; None outside of one."""
    return _route.get()


@contextmanager
def routed(route: Route) -> Iterator[Route]:
    """Everything inside reads by this route."""
    token = _route.set(route)
    try:
        yield route
    finally:
        _route.reset(token)


@contextmanager
def use_primary() -> Iterator[None]:
    """Everything inside reads from the primary; afterwards as before."""
    before = current()
    inner = Route(primary=True, needed=before.needed if before else "")
    try:
        with routed(inner):
            yield
    finally:
        if before is not None and inner.written:
            before.written, before.primary = inner.written, True


def note_write() -> None:
    """Call after a commit: from now on this reader sees nothing older than it."""
    route = current()
    if route is None:
        return
    with connections[PRIMARY].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
        route.written = cursor.fetchone()[0]
    route.primary = True


def data_age() -> float | None:
    """Age of what this request reads, seconds; None when it reads the primary."""
    route = current()
    return None if route is None or not route.alias else route.age
