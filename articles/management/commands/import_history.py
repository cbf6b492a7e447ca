"""Load a site's change history: each line one transaction, with its own person and time."""

from __future__ import annotations

import signal
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError

from articles.importing.run import Options, load
from articles.importing.site import SPACE_NAME, SiteError
from articles.importing.source import SourceError
from articles.importing.storage import Conflict

CHANNEL_NAME = 200


class Command(BaseCommand):
    help = (
        "Loads a change history (.ndjson, .ndjson.gz or .ndjson.xz), one transaction a line, as "
        "the database role importer over IMPORT_DATABASE_URL. It may be stopped and run again: it "
        "goes on after the last line that was loaded, and loads none twice. Contradictions are "
        "applied as what they amount to, malformed lines are refused; both are listed. Ends with "
        "status 0 when every line was loaded, 1 when lines were refused or it could not go on, "
        "130 when it was stopped by Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--channel", required=True, type=_name(CHANNEL_NAME))
        parser.add_argument("--space", default="Help center", type=_name(SPACE_NAME))
        parser.add_argument("--dry-run", action="store_true", help="say all of it, write nothing")
        parser.add_argument("--limit", type=int, default=0, help="stop after so many lines")

    def handle(self, **options: Any) -> None:
        wanted = Options(
            options["file"],
            options["channel"],
            options["space"],
            options["dry_run"],
            max(options["limit"], 0),
        )
        stop = _StopBetweenLines()
        try:
            report = load(wanted, self._say, stop)
        except (SourceError, SiteError, Conflict) as error:
            raise CommandError(str(error)) from error
        except psycopg.Error as error:
            raise CommandError(f"The database refused: {error}Run it again to go on.") from error
        finally:
            stop.restore()
        for sentence in report.summary(wanted.dry_run):
            self._say(sentence)
        if stop.asked:
            raise CommandError("Stopped by Ctrl-C.", returncode=130)
        if report.refused:
            raise CommandError(f"{report.refused:,} of {report.total:,} lines were refused.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _name(limit: int) -> Any:
    def name(value: str) -> str:
        value = value.strip()
        if not 1 <= len(value) <= limit or not value.isprintable():
            raise ArgumentTypeError(f"a name of 1 to {limit} printable characters is needed")
        return value

    return name


class _StopBetweenLines:
    """The first Ctrl-C lets the line in hand end; the second one breaks off at once."""

    def __init__(self) -> None:
        self.asked = False
        self._before = signal.signal(signal.SIGINT, self._ask)

    def __call__(self) -> bool:
        return self.asked

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        self.restore()

    def restore(self) -> None:
        signal.signal(signal.SIGINT, self._before)
