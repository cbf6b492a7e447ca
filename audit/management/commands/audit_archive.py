"""Old months into files: `manage.py audit_archive`."""

import getpass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from audit.actors import Actor
from audit.exceptions import AuditError
from audit.partitions import Month
from audit.retention import Due, archive_month, limit, plan

ALIAS = "owner"


class Command(BaseCommand):
    help = (
        "Writes months of events and effects that are older than AUDIT_HOT_MONTHS and wholly "
        "sealed to compressed files, verifies them, and takes the months out of the database. "
        "Shows what it would do; --apply does it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--before", metavar="MONTH", help="only months before it, as 2024-03")
        parser.add_argument("--to", metavar="DIR", default="archive", help="folder of the files")
        parser.add_argument("--keep", action="store_true", help="keep the detached tables")
        parser.add_argument("--apply", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        before, folder = self._before(options["before"]), Path(options["to"])
        months = plan(before, ALIAS)
        for due in months:
            self.stdout.write(self._line(due))
        ready = [due.month for due in months if not due.why_not]
        if not options["apply"]:
            self.stdout.write(
                f"{len(ready)} of {len(months)} months before {before:%Y-%m} would go to {folder}. "
                "Nothing was done; add --apply."
            )
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"--to {folder} cannot be made: {error}") from error
        for month in ready:
            self._archive(month, folder, before, options["keep"])
        self.stdout.write(f"{len(ready)} months archived. Keep {folder} elsewhere as well.")

    def _before(self, text: str | None) -> datetime:
        oldest_hot = limit(timezone.now())
        if not text:
            return oldest_hot
        try:
            before = Month.read(text).start
        except ValueError as error:
            raise CommandError(f"--before: {error}") from error
        if before > oldest_hot:
            raise CommandError(
                f"--before {text} reaches into the months that AUDIT_HOT_MONTHS keeps; the last "
                f"that can be named is {oldest_hot:%Y-%m}."
            )
        return before

    def _line(self, due: Due) -> str:
        state = f"stays: {due.why_not}" if due.why_not else "can be archived"
        return f"{due.month.name}: about {due.rows:,} rows, {due.bytes / 1e6:.1f} MB, {state}"

    def _archive(self, month: Month, folder: Path, before: datetime, keep: bool) -> None:
        actor = Actor.script("audit_archive", getpass.getuser())
        try:
            manifest = archive_month(
                month, folder, actor=actor, before=before, keep=keep, using=ALIAS
            )
        except (AuditError, DatabaseError, OSError) as error:
            raise CommandError(f"{month.name} stays in the database: {error}") from error
        files = ", ".join(f"{p['rows']:,} in {p['file']}" for p in manifest.content["files"])
        self.stdout.write(f"{month.name} archived: {files}; manifest {manifest.sha256}")
