"""The people of the demo, and the roles that they are given."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.actors import Actor
from backoffice.accounts.roles import Role
from backoffice.accounts.staffing import grant_role


@dataclass(frozen=True)
class DemoPerson:
    """Someone whom the local provider can sign in.

    Args:
        email: the address in the token.
        name: the name in the token.
        role: what the demo gives them; `Role.NONE` is never granted, they join by signing in.
        biography: one line for the provider's page.
        email_verified: what the token says of the address.
    """

    email: str
    name: str
    role: Role
    biography: str | Promise
    email_verified: bool = True

    @property
    def domain(self) -> str:
        """The hosted domain in the token."""
        return self.email.rpartition("@")[2]

    @property
    def subject(self) -> str:
        """A stable key of 21 digits, as Google's are."""
        return str(int(sha256(self.email.encode()).hexdigest(), 16) % 10**20 + 10**20)


PEOPLE = (
    DemoPerson("vera@example.com", "Vera", Role.VIEWER, _("looks things up")),
    DemoPerson("otis@example.com", "Otis", Role.OPERATOR, _("puts things right")),
    DemoPerson("ada@example.com", "Ada", Role.ADMIN, _("administers the console")),
    DemoPerson("nolan@example.com", "Nolan", Role.NONE, _("has no access yet")),
    DemoPerson("mallory@elsewhere.test", "Mallory", Role.NONE, _("another company")),
)


def demo_people() -> int:
    """Give the demo's people their roles; how many changed. Safe to run again."""
    granted = [
        grant_role(
            person.email,
            person.role,
            actor=Actor.service("demo"),
            reason="people of the demo",
            name=person.name,
        )
        for person in PEOPLE
        if person.role != Role.NONE
    ]
    return sum(grant.changed for grant in granted)
