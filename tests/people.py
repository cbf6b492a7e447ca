"""The people of the tests, one line of biography each.

Vera views, Otis operates, Ada administers, Nolan has no access.
"""

from __future__ import annotations

from audit.actors import Actor
from backoffice.accounts.demo import PEOPLE, demo_people
from backoffice.accounts.models import Staff
from backoffice.accounts.staffing import grant_role


def make_people() -> dict[str, Staff]:
    """Staff by first name, with the roles of the demo; Nolan among them, without any."""
    demo_people()
    grant_role(
        "nolan@example.com", "viewer", actor=Actor.service("tests"), reason="exists", name="Nolan"
    )
    grant_role("nolan@example.com", "none", actor=Actor.service("tests"), reason="has none")
    known = {person.email for person in PEOPLE}
    return {s.email.partition("@")[0]: s for s in Staff.objects.filter(email__in=known)}
