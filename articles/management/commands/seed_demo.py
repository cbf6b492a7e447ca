"""Fill an empty database with the demo's channels and their two years of history."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError

from articles.demo.seeding import SeedError, State, seed, state
from articles.importing.site import SiteError

DEFAULT_ARTICLES, MOST_ARTICLES = 5_000, 50_000
# The status by which `manage.py demo` knows that it must begin with an empty cluster.
BROKEN_OFF = 3


class Command(BaseCommand):
    help = (
        "Makes demo data: channels with their people, help sites, articles and two years of "
        "changes, written as the customers' service writes them. The same seed gives the same "
        "data, told from today. Needs IMPORT_DATABASE_URL, whose role may claim times."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--articles", type=int, default=DEFAULT_ARTICLES)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing when there are channels; status 3 when making them was broken off",
        )

    def handle(self, **options: Any) -> None:
        if not 1 <= options["articles"] <= MOST_ARTICLES:
            raise CommandError(f"--articles takes 1 to {MOST_ARTICLES:,}.")
        found = state()
        if options["if_empty"] and found is State.BROKEN_OFF:
            raise CommandError(
                f"{found.value.capitalize()}. Start afresh with `make clean-demo`.",
                returncode=BROKEN_OFF,
            )
        if options["if_empty"] and found is not State.EMPTY:
            self._say(f"No demo data was made: {found.value}.")
            return
        try:
            made = seed(options["articles"], options["seed"], self._say)
        except (SeedError, SiteError) as error:
            raise CommandError(str(error)) from error
        except psycopg.Error as error:
            raise CommandError(f"The database refused: {error}") from error
        self._say(
            f"Made {made.articles:,} articles in {made.transactions:,} transactions, "
            f"in {made.seconds:,.1f} s."
        )

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
