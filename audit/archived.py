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


def archive_of_event(event_id: int, using: str = "default") -> str:
    """The name of the archive that an event went to; empty when it is in none.

    The event's seal, which stays, knows its time; of several archives of one month the first fits.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT a.name FROM public.audit_seal_row r JOIN public.audit_archived a "
            "ON r.event_at >= a.from_at AND r.event_at < a.to_at WHERE r.event_id = %s "
            "AND NOT EXISTS (SELECT FROM public.audit_event e WHERE e.id = r.event_id "
            "AND e.occurred_at = r.event_at) ORDER BY a.id LIMIT 1",
            [event_id],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else ""
