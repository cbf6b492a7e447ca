"""See and tend the months of the audit: `manage.py audit_partitions`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from audit import partitions
from audit.retention import limit, plan
from audit.seal_archives import archives

ALIAS = "owner"


class Command(BaseCommand):
    help = "Makes the months ahead, and shows every month of events with its state."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--empty-default",
            action="store_true",
            help="move what the default partitions hold into months of their own; writers wait",
        )
        parser.add_argument(
            "--at-most",
            type=int,
            default=partitions.MOVED_AT_ONCE,
            metavar="ROWS",
            help="refuse to move more rows than this (default %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        made = partitions.make_ahead(now, ALIAS)
        self.stdout.write(f"{made} partitions made ahead.")
        if options["empty_default"]:
            self._empty_default(options["at_most"])
        hot = limit(now)
        due = {item.month: item for item in plan(hot, ALIAS)}
        self.stdout.write(f"{'month':8}{'rows about':>14}{'MB':>8}  newest      state")
        for month in partitions.months(ALIAS):
            seen = partitions.partition(month, ALIAS)
            state = "empty" if not seen.newest else "sealed" if seen.sealed else "not all sealed"
            if month in due and not due[month].why_not:
                state += ", may be archived"
            newest = f"{seen.newest:%Y-%m-%d}" if seen.newest else "-"
            size = f"{seen.bytes / 1e6:.1f}"
            self.stdout.write(f"{month.name:8}{seen.rows:>14,}{size:>8}  {newest:<12}{state}")
        for archive in archives(ALIAS):
            self.stdout.write(f"{archive.month:8}{archive.events:>14,} events in {archive.name}")
        self._tell_default()

    def _tell_default(self) -> None:
        held = partitions.held_by_default(ALIAS)
        if held:
            self.stderr.write(
                f"The default partitions hold {held:,} rows, which belong to months that nobody "
                "made. Run `manage.py audit_partitions --empty-default` in a quiet hour."
            )

    def _empty_default(self, at_most: int) -> None:
        try:
            moved = partitions.empty_default(ALIAS, at_most)
        except DatabaseError as error:
            raise CommandError(f"Nothing was moved: {error} Try again later.") from error
        self.stdout.write(f"{moved:,} rows moved out of the default partitions.")
