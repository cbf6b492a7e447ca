"""`manage.py grant_role EMAIL ROLE`: how the first administrator comes to be."""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.actors import Actor
from backoffice.accounts.roles import Role
from backoffice.accounts.staffing import StaffingError, grant_role


class Command(BaseCommand):
    help = (
        "Give a person a role. Who has never signed in is added, and finds the role at their first "
        "sign-in with Google. The change is in the audit log, under your operating-system account."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="their work address")
        parser.add_argument("role", help=f"one of {', '.join(Role.values)}; none takes it away")
        parser.add_argument("--reason", default="given on the command line", help="why, a sentence")
        parser.add_argument("--name", default="", help="their name, if they are new")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            grant = grant_role(
                options["email"],
                options["role"],
                actor=Actor.script("grant_role", getpass.getuser()),
                reason=options["reason"],
                name=options["name"],
            )
        except StaffingError as error:
            raise CommandError(str(error)) from error
        if not grant.changed:
            self.stdout.write(f"{grant.staff.email} is {grant.before} already. Nothing to do.")
        else:
            self.stdout.write(f"{grant.staff.email}: {grant.before} → {grant.staff.role}.")
