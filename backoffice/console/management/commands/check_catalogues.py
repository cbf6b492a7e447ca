"""`manage.py check_catalogues`: the Korean translations are complete, compiled and in step."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backoffice.console.catalogues import can_extract, problems


class Command(BaseCommand):
    help = (
        "Check that every text of the pages is translated, that the compiled catalogues say the"
        " same, and (where gettext's tools are installed) that they are in step with the code."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(problems(settings.BASE_DIR, list(settings.LOCALE_PATHS)))
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"The catalogues have {len(found)} problems.")
        if not can_extract():
            self.stdout.write("gettext is not installed, so the code was not compared.")
        self.stdout.write("The catalogues are complete.")
