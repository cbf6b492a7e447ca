"""What somebody of a customer does at once: one transaction, with its time and its tool."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from audit.actors import Actor
from audit.context import announce


@dataclass(frozen=True)
class Act:
    """One transaction.

    Args:
        at: the time that it claims.
        actor: who does it; None is a service that tells nobody who it is.
        steps: statements with their parameters.
        tool: what it is done with.
        reason: the person's word for it; most people give none.
        request_id: a mark by which the act is known again.
    """

    at: datetime
    actor: Actor | None
    steps: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    tool: str = "web"
    reason: str = ""
    request_id: str = ""


NOBODY = Actor("", "", "")


def perform(connection: psycopg.Connection[Any], act: Act) -> None:
    """Runs an act as the product does, under the claimed time that only the importer may give."""
    with connection.transaction(), connection.cursor() as cursor:
        announce(
            cursor,
            actor=act.actor or NOBODY,
            reason=act.reason,
            tool=act.tool if act.actor else "",
            request_id=act.request_id,
            occurred_at=act.at,
        )
        for statement, values in act.steps:
            cursor.execute(statement, {"at": act.at, **values})
