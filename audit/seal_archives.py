"""Archived months under the seals: counted, and read from their files where these are at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connections

from audit.archives import (
    PARTS,
    BrokenArchive,
    Manifest,
    check_files,
    lines_of,
    read_manifest,
)
from audit.seals import ArchiveSeen, Finding

BATCH = 1_000


@dataclass(frozen=True)
class Archive:
    """A month that was taken out, as it is recorded."""

    id: int
    name: str
    month: str
    events: int
    effects: int
    manifest: Manifest
    event_id: int


def archives(using: str = "default") -> list[Archive]:
    """Every archive that has not come back, oldest month first."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT id, name, to_char(from_at AT TIME ZONE 'UTC', 'YYYY-MM'), events, effects, "
            "manifest, event_id FROM public.audit_archived ORDER BY from_at, id"
        )
        return [
            Archive(pk, name, month, events, effects, Manifest(text), event)
            for pk, name, month, events, effects, text, event in cursor.fetchall()
        ]


def verify_archives(
    using: str, sealed: Counter[str], folder: Path | None
) -> Iterator[ArchiveSeen | Finding]:
    """What is recorded of each archive against its event and the seals; and its files, if given.

    Args: `sealed` is how many sealed events of each month are not in the tables.
    """
    known = archives(using)
    recorded: Counter[str] = Counter()
    for archive in known:
        recorded[archive.month] += archive.events
        if not _announced(using, archive):
            yield Finding("archive", "audit_archive", archive.id, archive.event_id)
    # Fewer are no finding: rows that came back are in the tables, and were verified there.
    for month in sorted(month for month in sealed if sealed[month] > recorded[month]):
        first = next(archive for archive in known if archive.month == month)
        yield Finding("removed", f"audit_event of {month}", first.id)
    for archive in known:
        if folder is not None:
            yield from check_archive(using, archive.manifest, folder, archive.id)
        yield ArchiveSeen(archive.name, archive.events, folder is not None)


def _announced(using: str, archive: Archive) -> bool:
    """Whether its own event, which is sealed like any other, carries the manifest's hash."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT e.params->>'manifest_sha256' = %s FROM public.audit_event e "
            "WHERE e.id = %s AND e.name = 'audit.archived' UNION ALL SELECT true FROM "
            "public.audit_seal_row r JOIN public.audit_archived a ON r.event_at >= a.from_at "
            "AND r.event_at < a.to_at WHERE r.event_id = %s",
            [archive.manifest.sha256, archive.event_id, archive.event_id],
        )
        rows = cursor.fetchall()
    return bool(rows) and all(same for (same,) in rows)


def check_archive(
    using: str, manifest: Manifest, folder: Path, number: int = 0
) -> Iterator[Finding]:
    """The files of an archive against its recorded manifest, then line by line against the seals.

    `number` is the line of audit_archive that a finding names; 0 before there is one.
    """
    try:
        if number and read_manifest(folder, manifest.content["archive"]).text != manifest.text:
            yield Finding("archive", "manifest", number)
        check_files(folder, manifest)
        for table in PARTS:
            yield from _against_seals(using, table, folder / manifest.part(table).file)
    except BrokenArchive:
        yield Finding("archive", "files", number)


def _against_seals(using: str, table: str, path: Path) -> Iterator[Finding]:
    lines = lines_of(path)
    while batch := list(islice(lines, BATCH)):
        with connections[using].cursor() as cursor:
            cursor.execute(
                "SELECT finding, row_id, event_id FROM public.audit_check_lines(%s, %s)",
                [table, batch],
            )
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        for kind, pk, event in rows:
            yield Finding(kind, f"{table} (archived)", pk, event)
