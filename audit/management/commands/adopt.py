"""Take existing tables under capture: `manage.py adopt articles_article`."""

import getpass
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, models

from audit.actors import Actor
from audit.adoption import Plan, adopt, plan
from audit.checks import captured_models
from audit.exceptions import AuditError

ALIAS = "owner"


class Command(BaseCommand):
    help = (
        "Takes tables that were there before under capture, while others write: trigger, first "
        "versions, limits, indexes. Shows the plan; --apply does it, and may be run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tables", nargs="+", metavar="TABLE | app.Model")
        parser.add_argument("--batch", type=int, default=1_000, help="records in one transaction")
        parser.add_argument("--apply", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["batch"] <= 100_000:
            raise CommandError("--batch takes 1 to 100000 records.")
        models = [self._model(name) for name in options["tables"]]
        try:
            plans = [plan(model, ALIAS) for model in models]
            for each in plans:
                self._tell(each)
                if options["apply"]:
                    self._adopt(each, options["batch"])
        except (AuditError, DatabaseError) as error:
            raise CommandError(f"{error} What is done stays; run this again to go on.") from error
        if not options["apply"] and not all(each.empty for each in plans):
            self.stdout.write("Nothing was done; add --apply.")

    def _model(self, name: str) -> type[models.Model]:
        """The model of a table or of `app.Model`."""
        known = {model._meta.db_table: model for model in captured_models().values()}
        if "." in name:
            try:
                return apps.get_model(name)
            except (LookupError, ValueError) as error:
                raise CommandError(f"{name}: {error}") from error
        if name not in known:
            raise CommandError(
                f"No model with a history has the table {name}. Write one (README, 'Adopt a table "
                f"that was there before'); there are: {', '.join(sorted(known))}."
            )
        return known[name]

    def _tell(self, found: Plan) -> None:
        table = found.model._meta.db_table
        self.stdout.write(f"{table}: nothing is missing" if found.empty else f"{table}:")
        for line in found:
            self.stdout.write(f"  {line}")

    def _adopt(self, found: Plan, batch: int) -> None:
        actor = Actor.script("adopt", getpass.getuser())
        total = 0
        for what, records in adopt(found, actor=actor, batch=batch, using=ALIAS):
            total += records
            self.stdout.write(f"  done: {what}" + (f" ({total:,} so far)" if records else ""))
