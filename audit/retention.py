"""Old months out of the database and into files, and back: nothing is lost whatever breaks off.

`archive_month` writes and reads back the files first. Then one transaction detaches the month,
notes the archive and its event: before its commit the partition is whole, after it the archive is.
A run that broke off in between is simply run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone
from psycopg import sql

from audit.actors import Actor
from audit.archives import (
    PARTS,
    Manifest,
    Written,
    check_files,
    manifest_path,
    write_manifest,
    write_part,
)
from audit.context import payload_of
from audit.events import checked
from audit.exceptions import AuditError
from audit.locks import LOCK_TIMEOUT, with_patience
from audit.models import Outcome
from audit.partitions import Month, months, partition
from audit.seal_archives import check_archive


class NotArchivable(AuditError):
    """A month cannot be archived yet. The message says why."""


@dataclass(frozen=True)
class Due:
    """A month that the plan speaks of; `why_not` is empty when it can be archived."""

    month: Month
    rows: int
    bytes: int
    newest: datetime | None
    why_not: str


def limit(now: datetime, hot_months: int | None = None) -> datetime:
    """What was recorded before this may be archived: AUDIT_HOT_MONTHS whole months ago."""
    count = settings.AUDIT_HOT_MONTHS if hot_months is None else hot_months
    number = now.year * 12 + now.month - 1 - count
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)


def plan(before: datetime, using: str = "owner") -> list[Due]:
    """Every month that ends before a time, with why it cannot be archived if so."""
    found = []
    for month in months(using):
        if month.end > before:
            continue
        seen = partition(month, using)
        why_not = ""
        if seen.newest is None:
            why_not = "it is empty"
        elif seen.newest >= before:
            why_not = f"it was written to as late as {seen.newest:%Y-%m-%d}"
        elif not seen.sealed:
            why_not = "some of its events are not sealed yet; run `manage.py seal`"
        found.append(Due(month, seen.rows, seen.bytes, seen.newest, why_not))
    return found


def archive_month(
    month: Month, folder: Path, *, actor: Actor, before: datetime, keep: bool, using: str = "owner"
) -> Manifest:
    """Write a month to files, verify them, and take it out of the tables.

    Args:
        folder: an existing folder for the files.
        before: nothing of it may have been recorded since.
        keep: keep the detached tables, renamed and walled, instead of dropping them.

    Raises NotArchivable with the month as it was, AuditError when the files are not what they
    should be, OperationalError when the locks could not be had.
    """
    name = _free_name(month, folder, using)
    with _snapshot(using) as cursor:
        facts = _facts(cursor, month, before)
        parts = [_write(cursor, folder, name, month, table) for table in PARTS]
    manifest = write_manifest(
        folder,
        name,
        {
            "archive": name,
            "month": month.name,
            "from": month.start.isoformat(),
            "to": month.end.isoformat(),
            "time_zone": "UTC",
            "written_at": timezone.now().isoformat(),
            **facts,
            "files": [asdict(part) for part in parts],
        },
    )
    check_files(folder, manifest)
    findings = list(check_archive(using, manifest, folder))
    if findings:
        raise NotArchivable(
            f"{month.name} is not as it was sealed: {findings[0]}. Run `manage.py verify_seals`; "
            "it stays where it is."
        )
    with_patience(lambda: _take_out(month, manifest, actor, keep, using))
    return manifest


def _free_name(month: Month, folder: Path, using: str) -> str:
    """The first name that no recorded archive has; files of a run that broke off are replaced."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT DISTINCT name FROM public.audit_archive")
        taken = {name for (name,) in cursor.fetchall()}
    numbers = (f"audit-{month.name}" + (f"-{n}" if n > 1 else "") for n in range(1, 1000))
    name = next(name for name in numbers if name not in taken)
    manifest_path(folder, name).unlink(missing_ok=True)
    return name


@contextmanager
def _snapshot(using: str) -> Iterator[Any]:
    """One unchanging view of the tables, in which values look the same whatever the server says."""
    with transaction.atomic(using=using, durable=True), connections[using].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL timezone TO 'UTC'; SET LOCAL datestyle TO 'ISO'")
        cursor.execute("SET LOCAL statement_timeout TO 0")
        yield cursor


def _facts(cursor: Any, month: Month, before: datetime) -> dict[str, Any]:
    """What the manifest says beside its files; NotArchivable when it must stay."""
    table = sql.Identifier("public", f"audit_event_{month.suffix}")
    cursor.execute(
        sql.SQL(
            "SELECT max(e.recorded_at), count(*) FILTER (WHERE r.event_id IS NULL), "
            "min(r.seal_id), max(r.seal_id), current_setting('server_version') "
            "FROM {} e LEFT JOIN public.audit_seal_row r ON r.event_id = e.id"
        ).format(table)
    )
    newest, unsealed, first, last, version = cursor.fetchone()
    if newest is None:
        raise NotArchivable(f"{month.name} is empty.")
    if newest >= before:
        raise NotArchivable(f"{month.name} was written to as late as {newest:%Y-%m-%d %H:%M}.")
    if unsealed:
        raise NotArchivable(f"{unsealed:,} events of {month.name} are not sealed. Seal them first.")
    cursor.execute("SELECT encode(chain, 'hex') FROM public.audit_seal WHERE id = %s", [last])
    return {
        "newest_recorded_at": newest.isoformat(),
        "seals": {"first": first, "last": last, "last_link": cursor.fetchone()[0]},
        "server_version": version,
    }


def _write(cursor: Any, folder: Path, name: str, month: Month, table: str) -> Written:
    cursor.execute(
        "SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [f"public.{table}"],
    )
    columns = cursor.fetchone()[0]
    # JSON has no control characters, so CSV with these for its signs is the bare lines.
    query = sql.SQL(
        "COPY (SELECT to_jsonb(t)::text FROM {} t ORDER BY t.id) TO STDOUT "
        "(FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')"
    ).format(sql.Identifier("public", f"{table}_{month.suffix}"))
    with cursor.copy(query) as copy:
        return write_part(folder, name, table, columns, (bytes(block) for block in copy))


def _take_out(month: Month, manifest: Manifest, actor: Actor, keep: bool, using: str) -> None:
    events, effects = (manifest.part(table) for table in PARTS)
    with transaction.atomic(using=using, durable=True), connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        cursor.execute(
            "SELECT public.audit_take_out(%s, %s, %s, %s, %s, %s)",
            [month.suffix, events.rows, events.last_id, effects.rows, effects.last_id, keep],
        )
        note_archive(cursor, "archived", manifest, actor)


def note_archive(cursor: Any, action: str, manifest: Manifest, actor: Actor) -> None:
    """Write the event and the line of audit_archive, in the transaction that does it."""
    content = manifest.content
    events, effects = (manifest.part(table).rows for table in PARTS)
    params = {
        "archive": content["archive"],
        "month": content["month"],
        "events": events,
        "effects": effects,
        "manifest_sha256": manifest.sha256,
    }
    name = {"archived": "audit.archived", "restored": "audit.archive_restored"}[action]
    kind = checked(name, params).kind
    payload = payload_of(name, kind, Outcome.SUCCEEDED, actor, params, {})
    cursor.execute("SELECT event_id FROM public.audit_record(%s::jsonb)", [payload])
    cursor.execute(
        "INSERT INTO public.audit_archive (name, action, from_at, to_at, events, effects, "
        "manifest, event_id, done_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp())",
        [content["archive"], action, content["from"], content["to"], events, effects]
        + [manifest.text, cursor.fetchone()[0]],
    )
