"""Who writes tracked tables, as programs: database role, application and tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connections, router

from audit.models import Event

# How far back is looked, and over how many of the newest changes at most.
DAYS, NEWEST, SHOWN = 30, 50_000, 200
WRITERS = """
SELECT e.database_role, e.application, e.tool, count(DISTINCT e.id),
    count(DISTINCT e.id) FILTER (WHERE e.actor_kind <> 'role'),
    max(e.occurred_at), max(e.id),
    array_remove(array_agg(DISTINCT f.flag), NULL)
FROM (
    SELECT v.* FROM audit_event v
    WHERE v.kind = 'change' AND v.occurred_at >= now() - make_interval(days => %(days)s)
    ORDER BY v.occurred_at DESC, v.id DESC LIMIT %(newest)s
) e LEFT JOIN LATERAL unnest(e.flags) AS f (flag) ON true
WHERE e.outcome = 'succeeded'
GROUP BY e.database_role, e.application, e.tool
ORDER BY count(DISTINCT e.id) DESC LIMIT %(shown)s
"""


@dataclass(frozen=True)
class Writer:
    """A program that changed tracked rows.

    Attributes:
        events: how many changes it made; named: how many of them said for whom.
        last_at, last_event: its newest.
        flags: what was wrong with what it said, such as "actor refused" or "reason cut".
    """

    role: str
    application: str
    tool: str
    events: int
    named: int
    last_at: datetime
    last_event: int
    flags: Sequence[str] = ()

    @property
    def is_silent(self) -> bool:
        """Whether it never says who it is."""
        return self.named == 0

    @property
    def needs_mending(self) -> bool:
        return self.is_silent or bool(self.flags)


def writers(days: int = DAYS, using: str | None = None) -> list[Writer]:
    """The writers of the last days, over the newest changes at most; the busiest first."""
    params = {"days": days, "newest": NEWEST, "shown": SHOWN}
    with connections[using or router.db_for_read(Event)].cursor() as cursor:
        cursor.execute(WRITERS, params)
        return [_writer(*row) for row in cursor.fetchall()]


def _writer(
    role: str,
    application: str,
    tool: str,
    events: int,
    named: int,
    last_at: datetime,
    last_event: int,
    flags: list[str],
) -> Writer:
    return Writer(role, application, tool, events, named, last_at, last_event, tuple(flags))
