"""What of the past went to files, for pages that reach into it: they say so, and where it is."""

from __future__ import annotations

from datetime import datetime

from django.db import connections


def archived_before(using: str = "default") -> datetime | None:
    """The end of the newest month that is archived; None while nothing is.

    What happened before it may be missing from the tables of events and effects: pages say so.
    History rows stay; see `is_archived` for those whose event is gone.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT max(to_at) FROM public.audit_archived")
        at: datetime | None = cursor.fetchone()[0]
    return at


def archived_months(using: str = "default") -> list[tuple[datetime, datetime]]:
    """Beginning and end of every archived month, for pages that name single events."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT DISTINCT from_at, to_at FROM public.audit_archived ORDER BY 1")
        return list(cursor.fetchall())


def is_archived(at: datetime, periods: list[tuple[datetime, datetime]]) -> bool:
    """Whether an event of that time may be in an archive; `periods` from `archived_months`."""
    return any(start <= at < end for start, end in periods)
