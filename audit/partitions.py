"""The monthly partitions of events and effects: which there are, made ahead, the net emptied."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connections, transaction
from psycopg import sql

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
AHEAD = timedelta(days=400)
# Copying this many takes a few seconds, for which writers wait.
MOVED_AT_ONCE = 100_000


@dataclass(frozen=True)
class Month:
    """One calendar month of UTC, written `2024-03`."""

    name: str

    @property
    def suffix(self) -> str:
        return self.name.replace("-", "_")

    @property
    def start(self) -> datetime:
        year, month = self.name.split("-")
        return datetime(int(year), int(month), 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        return (self.start + timedelta(days=31)).replace(day=1)

    @classmethod
    def read(cls, text: str) -> Month:
        """ValueError unless it is a month."""
        if not MONTH.fullmatch(text):
            raise ValueError(f"{text!r} is no month. Write it as 2024-03.")
        return cls(text)

    @classmethod
    def of(cls, at: datetime) -> Month:
        return cls(f"{at.astimezone(UTC):%Y-%m}")


@dataclass(frozen=True)
class Partition:
    """A month's two partitions.

    Attributes:
        rows: of events and effects together, as the planner estimates.
        newest: when its newest event was recorded; None when it has none.
        sealed: whether every event is.
        bytes: on disk, with indexes.
    """

    month: Month
    rows: int
    newest: datetime | None
    sealed: bool
    bytes: int


def months(using: str = "owner") -> list[Month]:
    """The months that have partitions, oldest first."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT replace(right(c.relname, 7), '_', '-') FROM pg_inherits i "
            "JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = "
            "'public.audit_event'::regclass AND c.relname ~ '^audit_event_[0-9]{4}_[0-9]{2}$' "
            "ORDER BY 1"
        )
        return [Month(name) for (name,) in cursor.fetchall()]


def partition(month: Month, using: str = "owner") -> Partition:
    """What is known of a month without reading its rows."""
    event, effect = (f"public.audit_{kind}_{month.suffix}" for kind in ("event", "effect"))
    query = sql.SQL(
        # The newest id was recorded last, but for transactions that ran side by side.
        "SELECT greatest(c.reltuples, 0) + greatest(f.reltuples, 0), (SELECT e.recorded_at FROM "
        "{event} e ORDER BY e.id DESC LIMIT 1), NOT EXISTS (SELECT FROM {event} e WHERE NOT EXISTS "
        "(SELECT FROM public.audit_seal_row r WHERE r.event_id = e.id)), "
        "pg_total_relation_size(c.oid) + pg_total_relation_size(f.oid) "
        "FROM pg_class c, pg_class f WHERE c.oid = %s::regclass AND f.oid = %s::regclass"
    ).format(event=sql.Identifier("public", f"audit_event_{month.suffix}"))
    with connections[using].cursor() as cursor:
        cursor.execute(query, [event, effect])
        rows, newest, sealed, size = cursor.fetchone()
    return Partition(month, int(rows), newest, sealed, size)


def make_ahead(now: datetime, using: str = "owner") -> int:
    """Make the partitions from this month to a year from now; how many were missing."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT public.audit_make_partitions(%s, %s)", [now.date(), (now + AHEAD).date()]
        )
        return int(cursor.fetchone()[0])


def held_by_default(using: str = "owner") -> int:
    """How many rows the default partitions hold, which should be none; counted up to a limit."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM (SELECT FROM public.audit_event_default LIMIT %s) e) + "
            "(SELECT count(*) FROM (SELECT FROM public.audit_effect_default LIMIT %s) f)",
            [MOVED_AT_ONCE + 1] * 2,
        )
        return int(cursor.fetchone()[0])


def empty_default(using: str = "owner", at_most: int = MOVED_AT_ONCE) -> int:
    """Move what the default partitions hold into months of their own; all of it or nothing.

    Both tables are locked for as long as the copying takes, so it gives up after half a second of
    waiting for the lock (django.db.OperationalError): try again in a quieter moment.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '500ms'")
        cursor.execute("SELECT public.audit_empty_default(%s)", [at_most])
        return int(cursor.fetchone()[0])
