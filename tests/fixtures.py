"""Fixtures of several folders: one help site, the usual people, a restricted channel."""

import pytest
from guardian.shortcuts import assign_perm

from articles.models import Channel
from audit.actors import Actor
from audit.context import change
from tests.content import make_help_center
from tests.people import make_people


@pytest.fixture
def people(committed_db):
    return make_people()


@pytest.fixture
def product(committed_db, role_connection):
    return role_connection("product")


@pytest.fixture
def site(product):
    return make_help_center(product)


@pytest.fixture
def elsewhere(product):
    """The site of another customer."""
    return make_help_center(product, slug="other")


@pytest.fixture
def restrict(people):
    """Open a channel only to those who are named (and to administrators)."""

    def grant(channel: int, staff) -> None:
        with change(
            "staff.role_granted",
            actor=Actor.service("tests"),
            reason="restrict",
            params={"email": staff.email, "role": staff.role, "before": staff.role},
        ):
            assign_perm("articles.access_channel", staff, Channel.objects.get(pk=channel))

    return grant
