"""Changes as another service makes them: plain SQL in a transaction that says who it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from audit.actors import Actor
from audit.context import claim

MINJI = Actor.member("minji", "김민지")
JIHO = Actor.member("jiho", "이지호")


@contextmanager
def change_by(
    connection: Any, actor: Actor | None = None, reason: str = "", tool: str = "help-center"
) -> Iterator[Any]:
    """One transaction of a psycopg connection, by an actor, or by a role that says nothing."""
    with connection.transaction(), connection.cursor() as cursor:
        if actor is None:
            yield cursor
        else:
            with claim(cursor, actor=actor, reason=reason, tool=tool):
                yield cursor
