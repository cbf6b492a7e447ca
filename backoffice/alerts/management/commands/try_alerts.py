"""`manage.py try_alerts`: what the rules would have told someone of."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.utils import timezone

from audit.alert_rules import Finding, all_rules
from backoffice.alerts.trying import LONGEST, tried

SHOWN = 10


class Command(BaseCommand):
    help = "Try the alert rules, with the thresholds as they are set now, on the past."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help=f"1 to {LONGEST}; 30 if left out")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        for rule in all_rules():
            self.stdout.write(f"{rule.name} ({rule.limits()})")
            if not rule.looks_back:
                self.stdout.write("  is about this moment and cannot be tried on the past")
                continue
            try:
                found = tried(rule, options["days"])
            except ValueError as error:
                raise CommandError(f"--days: {error}") from None
            self.stdout.write(
                f"  would have fired {len(found)} times in the last {options['days']} days"
            )
            for finding in found[-SHOWN:]:
                self.stdout.write(f"  {_line(finding)}")


def _line(finding: Finding) -> str:
    """One incident by ids only, so that it may be shown anywhere."""
    first, last = (timezone.localtime(at) for at in (finding.first_at, finding.last_at))
    return f"{first:%Y-%m-%d %H:%M} – {last:%Y-%m-%d %H:%M}  {finding.subject}  {finding.count:,}"
