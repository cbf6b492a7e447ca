"""Django's `migrate`, as the role that owns the tables."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as Migrate


class Command(Migrate):
    help = f"{Migrate.help} Uses MIGRATION_DATABASE_URL (database `owner`) unless told otherwise."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        if "owner" in settings.DATABASES:
            parser.set_defaults(database="owner")
