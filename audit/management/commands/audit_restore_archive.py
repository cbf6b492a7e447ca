"""An archived month back into the database: `manage.py audit_restore_archive`."""

import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from audit.actors import Actor
from audit.exceptions import AuditError
from audit.restoring import readable_archive, restore_archive


class Command(BaseCommand):
    help = (
        "Verifies an archive's files against its manifest and the seals; with --apply loads and "
        "attaches the month again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="of the archive, as audit-2024-03")
        parser.add_argument("--from", dest="folder", metavar="DIR", default="archive")
        parser.add_argument("--apply", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        try:
            manifest = readable_archive(options["name"], folder)
            if not options["apply"]:
                self.stdout.write(f"{options['name']} is whole. Nothing was done; add --apply.")
                return
            actor = Actor.script("audit_restore_archive", getpass.getuser())
            rows = restore_archive(manifest, folder, actor=actor)
        except (AuditError, DatabaseError) as error:
            raise CommandError(f"Nothing was restored: {error}") from error
        self.stdout.write(f"{rows:,} rows of {options['name']} are back.")
