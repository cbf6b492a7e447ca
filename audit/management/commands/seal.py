"""Seal what is settled: `manage.py seal`."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.seals import newest_seal, seal_pending


class Command(BaseCommand):
    help = "Extends the chain of seals over all settled events, and prints the newest mark."

    def handle(self, *args: Any, **options: Any) -> None:
        made = seal_pending()
        seal = newest_seal()
        mark = seal.mark if seal else "none yet"
        self.stdout.write(f"{made} seals made. Keep the newest mark elsewhere:\n{mark}")
