"""`manage.py worker`: does the background work until it is told to stop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backoffice.jobs.worker import work


class Command(BaseCommand):
    help = "Do background jobs until SIGTERM or Ctrl-C. Any number of workers may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at a time, 1 to 32")
        parser.add_argument(
            "--once", action="store_true", help="end when no job is left, instead of waiting"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        work(min(max(options["concurrency"], 1), 32), wait=not options["once"])
