"""An archived month back into the tables, attached again with its walls."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from psycopg import sql

from audit.actors import Actor
from audit.archives import PARTS, Manifest, check_files, lines_of, read_manifest
from audit.exceptions import AuditError
from audit.locks import LOCK_TIMEOUT
from audit.partitions import Month, months
from audit.retention import note_archive
from audit.seal_archives import archives, check_archive

BATCH = 2_000


class NotRestorable(AuditError):
    """An archive cannot come back. The message says why."""


def readable_archive(name: str, folder: Path, using: str = "owner") -> Manifest:
    """The manifest of an archive whose files were read and found whole, by the seals as well."""
    recorded = {archive.name: archive for archive in archives(using)}
    if name not in recorded:
        known = ", ".join(sorted(recorded)) or "none"
        raise NotRestorable(f"{name} is no archive that is out of the tables; there are: {known}.")
    manifest = read_manifest(folder, name)
    if manifest.text != recorded[name].manifest.text:
        raise NotRestorable(f"The manifest of {name} is not the one that was recorded.")
    check_files(folder, manifest)
    findings = list(check_archive(using, manifest, folder, recorded[name].id))
    if findings:
        raise NotRestorable(f"{name} is not as it was sealed: {findings[0]}.")
    return manifest


def restore_archive(manifest: Manifest, folder: Path, *, actor: Actor, using: str = "owner") -> int:
    """Bring an archive's rows back, all or nothing; how many there were.

    The rows are loaded into a table of their own, which then is attached: nobody waits for it. When
    the month has partitions again, because someone brought events of that time, they join those.
    """
    month = Month.read(manifest.content["month"])
    restored = 0
    with transaction.atomic(using=using, durable=True), connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        there = month in months(using)
        for table in PARTS:
            part = manifest.part(table)
            target = f"{table}_{month.suffix}"
            if not there:
                _make(cursor, table, target)
            restored += _load(cursor, folder / part.file, table, target, part.columns)
            if not there:
                _attach(cursor, table, target, month)
        note_archive(cursor, "restored", manifest, actor)
    return restored


def _make(cursor: Any, table: str, target: str) -> None:
    cursor.execute(
        sql.SQL(
            "CREATE TABLE public.{} (LIKE public.{} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
        ).format(sql.Identifier(target), sql.Identifier(table))
    )


def _load(cursor: Any, path: Path, table: str, target: str, columns: list[str]) -> int:
    """Rows by the columns that they were written with; later columns get their defaults."""
    query = sql.SQL(
        "INSERT INTO public.{target} ({columns}) SELECT {columns} FROM unnest(%s::text[]) line, "
        "jsonb_populate_record(NULL::public.{table}, line::jsonb)"
    ).format(
        target=sql.Identifier(target),
        table=sql.Identifier(table),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
    )
    lines, rows = lines_of(path), 0
    while batch := list(islice(lines, BATCH)):
        cursor.execute(query, [batch])
        rows += len(batch)
    return rows


def _attach(cursor: Any, table: str, target: str, month: Month) -> None:
    bounds = (sql.Literal(at.isoformat()) for at in (month.start, month.end))
    attach = sql.SQL(
        "ALTER TABLE public.{} ATTACH PARTITION public.{} FOR VALUES FROM ({}) TO ({})"
    )
    cursor.execute(attach.format(sql.Identifier(table), sql.Identifier(target), *bounds))
    cursor.execute("SELECT public.audit_build_wall(%s, 'TRUNCATE')", [target])
    revoke = sql.SQL("REVOKE ALL ON public.{} FROM console, console_ro, reports, product, importer")
    cursor.execute(revoke.format(sql.Identifier(target)))
