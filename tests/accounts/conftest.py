"""What the tests of accounts share: the provider, and people with roles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from audit.actors import Actor
from backoffice.accounts.models import Staff
from backoffice.accounts.staffing import grant_role
from tests.accounts.round_trip import FaultyProvider, browser, serving


@pytest.fixture(scope="session")
def provider_server() -> Iterator[FaultyProvider]:
    with serving(FaultyProvider) as server:
        yield server.get_app()


@pytest.fixture
def provider(provider_server: FaultyProvider, settings: Any) -> FaultyProvider:
    """The local provider, telling the truth until the test says otherwise."""
    provider_server.reset()
    settings.GOOGLE_OIDC_ENDPOINT = provider_server.issuer
    return provider_server


@pytest.fixture
def client() -> Client:
    return browser()


@pytest.fixture
def make_staff(committed_db: None) -> Callable[..., Staff]:
    """Makes people with a role, in a database that commits."""

    def make(email: str, role: str = "viewer", **fields: Any) -> Staff:
        actor = Actor.service("tests")
        staff = grant_role(email, role, actor=actor, reason="a test needs them", **fields).staff
        return Staff.objects.get(pk=staff.pk)

    return make
