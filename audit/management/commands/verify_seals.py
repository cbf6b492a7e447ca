"""Walk the chain of seals: `manage.py verify_seals`."""

import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.seals import ArchiveSeen, Finding, verify

SHOWN = 20
MARK = re.compile(r"[0-9]{1,18}:[0-9a-f]{64}")


class Command(BaseCommand):
    help = "Verifies that no sealed event or history row was altered, removed or added."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect",
            default="",
            metavar="NUMBER:LINK",
            help="a mark kept elsewhere; finds a chain whose tail was cut off",
        )
        parser.add_argument(
            "--archive",
            default="",
            metavar="DIR",
            help="where `audit_archive` wrote its files; archived months are then checked as well",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        expected = options["expect"]
        if expected and not MARK.fullmatch(expected):
            raise CommandError("--expect takes a mark as `manage.py seal` prints it: number:link.")
        folder = Path(options["archive"]) if options["archive"] else None
        if folder is not None and not folder.is_dir():
            raise CommandError(f"--archive {folder} is no folder. Name the one with the archives.")
        findings, seals, events, rows = 0, 0, 0, 0
        for step in verify(expected=expected, archive=folder):
            if isinstance(step, Finding):
                findings += 1
                if findings <= SHOWN:
                    self.stderr.write(str(step))
                continue
            if isinstance(step, ArchiveSeen):
                how = "checked" if step.checked else "archived, not checked (--archive DIR)"
                self.stdout.write(f"archive {step.name}: {step.events:,} events, {how}")
                continue
            seals, events, rows = seals + 1, events + step.events, rows + step.rows
            self.stdout.write(f"seal {step.id}: {events:,} events, {rows:,} rows of theirs walked")
        if findings:
            raise CommandError(
                f"{findings} findings; the first is the one to look at. Stop writing, keep a copy "
                "of the database, and compare it with a backup."
            )
        self.stdout.write(
            f"All {seals} seals hold: {events:,} events and {rows:,} rows of history and effects."
        )
