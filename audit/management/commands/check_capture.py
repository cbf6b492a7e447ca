"""Names what escapes the audit: tables without capture, writers that never say who they are."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.untracked import tables_without_capture
from audit.writers import DAYS, Writer, writers

MOST_DAYS = 400


class Command(BaseCommand):
    """Ends with 1 when there is something to mend."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, default=DAYS, help="how far back writers are looked for"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days = min(max(options["days"], 1), MOST_DAYS)
        undeclared = self._tables()
        mends = self._writers(days)
        if undeclared or mends:
            raise SystemExit(1)

    def _tables(self) -> int:
        """Print every table without capture; how many of them nobody gave a reason for."""
        found = tables_without_capture()
        self.stdout.write("Tables without capture:")
        for table in found:
            missing = "NO REASON. Track it, or say why not with audit.untracked.declare()."
            self.stdout.write(f"  {table.name}: {table.reason or missing}")
        return sum(not table.reason for table in found)

    def _writers(self, days: int) -> int:
        """Print every writer that has something to mend; how many there are."""
        found = [writer for writer in writers(days) if writer.needs_mending]
        self.stdout.write(f"Writers to mend, of the last {days} days:")
        for writer in found:
            self.stdout.write(f"  {_line(writer)}")
        if not found:
            self.stdout.write("  none")
        return len(found)


def _line(writer: Writer) -> str:
    who = f"role {writer.role}, application {writer.application or '-'}, tool {writer.tool or '-'}"
    says = "never says who it is" if writer.is_silent else ""
    wrong = ", ".join(part for part in (says, *writer.flags) if part)
    last = f"{writer.last_at:%Y-%m-%d %H:%M %Z} (event #{writer.last_event})"
    seen = f"{writer.events} changes, last {last}"
    return f"{who}: {wrong}; {seen}"
