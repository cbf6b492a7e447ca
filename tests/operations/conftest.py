"""Browsers for the pages of operations."""

import pytest
from django.test import Client


@pytest.fixture
def browse(people):
    """Signs someone of the usual people in."""

    def sign_in(name: str, **options) -> Client:
        client = Client(headers={"accept-language": "en"}, **options)
        client.force_login(people[name], backend="backoffice.accounts.google.GoogleSignIn")
        return client

    return sign_in
