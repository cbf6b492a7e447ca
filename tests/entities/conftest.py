"""A small world for whole modules: two customers, the usual people, and their browsers.

Tests that use it only read; those that change something use `site` and `people` with a database
of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from audit.actors import Actor
from backoffice.accounts.models import Staff
from backoffice.accounts.staffing import grant_role
from tests.content import HelpCenter, make_help_center
from tests.harness import databases
from tests.people import make_people

BACKEND = "backoffice.accounts.google.GoogleSignIn"


@dataclass(frozen=True)
class World:
    """Two help sites and the staff by first name."""

    site: HelpCenter
    other: HelpCenter
    people: dict[str, Staff]


@pytest.fixture(scope="module")
def world(committed_db_once) -> World:
    people = make_people()
    grant = grant_role(
        "dev@example.com", "developer", actor=Actor.service("tests"), reason="develops", name="Dev"
    )
    people["dev"] = grant.staff
    with databases.connect("product") as product:
        return World(make_help_center(product), make_help_center(product, "other"), people)


def met_again(person: Staff) -> Staff:
    """The same person in another request: what a request remembers of them is gone."""
    return Staff.objects.get(pk=person.pk)


def browser(person: Staff) -> Client:
    """A signed-in browser that reads English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def vera(world: World) -> Client:
    return browser(world.people["vera"])


@pytest.fixture
def browse(people) -> Callable[[str], Client]:
    """Browsers in a test that has a database of its own."""
    return lambda name: browser(people[name])
