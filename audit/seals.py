"""Seals: a chain of hashes over the audit, so that what was changed behind its back is found.

`seal_pending` extends the chain; `verify` walks it. The newest seal is printed to the log, so that
a copy kept elsewhere shows when the tail of the chain was cut off.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connections
from psycopg import sql

logger = logging.getLogger("audit.seals")
BATCH = 5_000


@dataclass(frozen=True)
class Seal:
    """One link of the chain, as it is shown and kept elsewhere."""

    id: int
    sealed_at: datetime
    events: int
    rows: int
    chain: str

    @property
    def mark(self) -> str:
        """What to keep elsewhere: the seal's number and its link."""
        return f"{self.id}:{self.chain}"

    @property
    def short(self) -> str:
        """The mark as it is told apart at a glance."""
        return f"{self.mark[:24]}…"


@dataclass(frozen=True)
class ArchiveSeen:
    """An archive that the chain reaches into: its name and size, and whether its file was read."""

    name: str
    events: int
    checked: bool


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed.

    Attributes:
        kind: chain, altered, removed, added, cut (the chain is shorter than a kept mark says), or
            archive (its record or its file is not what its event says).
        table, row_id: the row; event_id: its event, where it has one.
    """

    kind: str
    table: str
    row_id: int
    event_id: int | None = None

    def __str__(self) -> str:
        of_event = f" of event {self.event_id}" if self.event_id not in {None, self.row_id} else ""
        return f"{self.kind}: {self.table} #{self.row_id}{of_event}"


def newest_seal(using: str = "default") -> Seal | None:
    """The end of the chain; None while nothing is sealed."""
    return next(iter(newest_seals(1, using)), None)


def newest_seals(limit: int, using: str = "default") -> list[Seal]:
    """The last links of the chain, newest first."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT id, sealed_at, events, rows, encode(chain, 'hex') FROM public.audit_seal "
            "ORDER BY id DESC LIMIT %s",
            [limit],
        )
        return [Seal(*row) for row in cursor.fetchall()]


def seal_pending(using: str = "default", batch: int = BATCH) -> int:
    """Seal everything that is settled and not sealed yet; how many seals were made.

    Each batch is a transaction of its own. Two sessions at once make one chain: the second does
    nothing.
    """
    made = 0
    while _seal_once(using, batch):
        made += 1
        seal = newest_seal(using)
        if seal is not None:
            logger.info("seal %s over %d events and %d rows", seal.mark, seal.events, seal.rows)
            if seal.events < batch:
                break
    return made


def _seal_once(using: str, batch: int) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT public.audit_seal_pending(%s)", [batch])
        return cursor.fetchone()[0] is not None


def verify(
    using: str = "default", expected: str = "", archive: Path | None = None
) -> Iterator[Seal | ArchiveSeen | Finding]:
    """Walk the chain from its beginning; yields each finding, and each seal after it was walked.

    Args:
        expected: a mark (`number:link`) kept elsewhere; the chain must contain it.
        archive: the folder of the archives, to check their files as well. Without it, archived
            months are compared with what was recorded of them, and given as not checked.

    Memory does not grow with the chain. Findings of a seal come before the seal itself.
    """
    from audit.seal_archives import verify_archives

    yield from _cut(using, expected)
    last, archived = 0, Counter[str]()
    while True:
        seal = _seal_after(using, last)
        if seal is None:
            break
        if seal.id != last + 1:
            yield Finding("removed", "audit_seal", last + 1)
        yield from _walk(using, seal.id, archived)
        yield seal
        last = seal.id
    yield from _never_sealed(using)
    yield from verify_archives(using, archived, archive)


def _cut(using: str, expected: str) -> Iterator[Finding]:
    if not expected:
        return
    number, _, link = expected.partition(":")
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT encode(chain, 'hex') FROM public.audit_seal WHERE id = %s", [int(number)]
        )
        row = cursor.fetchone()
    if row is None or row[0] != link:
        yield Finding("cut" if row is None else "chain", "audit_seal", int(number))


def _seal_after(using: str, number: int) -> Seal | None:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT id, sealed_at, events, rows, encode(chain, 'hex') FROM public.audit_seal "
            "WHERE id > %s ORDER BY id LIMIT 1",
            [number],
        )
        row = cursor.fetchone()
    return Seal(*row) if row else None


def _walk(using: str, number: int, archived: Counter[str]) -> Iterator[Finding]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT finding, table_name, row_id, event_id FROM public.audit_verify_seal(%s)",
            [number],
        )
        for kind, table, row_id, event_id in cursor.fetchall():
            if kind == "archived":
                archived[table] += row_id
            else:
                yield Finding(kind, table, row_id, event_id)


def _never_sealed(using: str) -> Iterator[Finding]:
    """Events below the settled mark without a seal, and rows of history without an event."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT e.id FROM public.audit_event e WHERE e.id <= (SELECT s.low_event "
            "FROM public.audit_seal s ORDER BY s.id DESC LIMIT 1) AND NOT EXISTS "
            "(SELECT FROM public.audit_seal_row r WHERE r.event_id = e.id) ORDER BY e.id LIMIT 100"
        )
        found = [Finding("added", "audit_event", pk, pk) for (pk,) in cursor.fetchall()]
        cursor.execute("SELECT history_table FROM public.audit_capture ORDER BY table_name")
        tables = [(table, "history_id", "event_at") for (table,) in cursor.fetchall()]
        for table, key, at in [*tables, ("audit_effect", "id", "occurred_at")]:
            cursor.execute(_WITHOUT_EVENT.format(*map(sql.Identifier, (table, key, at))))
            found += [Finding("added", table, pk, event) for pk, event in cursor.fetchall()]
    yield from found


# The seal of an archived event still holds the hashes of its history, which it was compared with.
_WITHOUT_EVENT = sql.SQL(
    "SELECT h.{1}, h.event_id FROM public.{0} h WHERE NOT EXISTS (SELECT FROM public.audit_event e "
    "WHERE e.id = h.event_id AND e.occurred_at = h.{2}) AND NOT EXISTS (SELECT FROM "
    "public.audit_seal_row r JOIN public.audit_archived a ON r.event_at >= a.from_at "
    "AND r.event_at < a.to_at WHERE r.event_id = h.event_id AND r.event_at = h.{2}) "
    "ORDER BY h.{1} LIMIT 100"
)
