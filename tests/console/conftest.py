"""What the tests of the shell share: the usual people once a module, and their browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.people import make_people


@pytest.fixture(scope="module")
def staff(committed_db_once: Any) -> dict[str, Any]:
    """The usual people; nothing that these tests do is seen by another of them."""
    return make_people()


@pytest.fixture
def browse(staff: dict[str, Any]) -> Callable[..., Client]:
    """A browser in which a person is signed in: `browse("otis")`."""

    def sign_in(name: str, **options: Any) -> Client:
        client = Client(**options)
        client.force_login(staff[name], backend="backoffice.accounts.google.GoogleSignIn")
        return client

    return sign_in


@pytest.fixture
def otis(browse: Callable[..., Client]) -> Client:
    """Otis operates; his browser asks for no language in particular."""
    return browse("otis")
