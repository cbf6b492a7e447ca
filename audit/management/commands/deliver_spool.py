"""Deliver the reads that wait: `manage.py deliver_spool`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.delivery import Unreachable, deliver_spool
from audit.reads import spool


class Command(BaseCommand):
    help = (
        "Delivers the reads that wait in AUDIT_SPOOL, each once. Segments that a running process "
        "still appends to are left to it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = spool()
        try:
            done = deliver_spool(folder)
        except Unreachable as error:
            waiting = folder.waiting()
            raise CommandError(
                f"The primary takes no reads: {error} Still waiting: {waiting.size:,} bytes in "
                f"{waiting.segments:,} segments. Run this again when DATABASE_URL answers."
            ) from error
        self.stdout.write(
            f"{done.written:,} reads delivered, {done.repeated:,} were there already, "
            f"{done.lost:,} lost. {folder.waiting().segments:,} segments are still in use."
        )
