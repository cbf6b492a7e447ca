"""Browsers for the pages of operations, and runs on all that a list holds."""

import pytest
from django.test import Client

from backoffice.operations import registry
from backoffice.operations.bulk import runs, selection
from backoffice.operations.bulk.models import BulkRun
from backoffice.operations.bulk.working import work
from backoffice.operations.performers import StaffPerformer
from tests.operations.facts import REASON


@pytest.fixture
def browse(people):
    """Signs someone of the usual people in."""

    def sign_in(name: str, **options) -> Client:
        client = Client(headers={"accept-language": "en"}, **options)
        client.force_login(people[name], backend="backoffice.accounts.google.GoogleSignIn")
        return client

    return sign_in


@pytest.fixture
def frozen(people):
    """Freezes all that a list holds."""

    def freeze(operation: str, query: str = "", staff: str = "otis"):
        declared = registry.get(operation)
        asked = selection.ask(people[staff], declared.entity, "list", query)
        return selection.freeze(asked, declared)

    return freeze


@pytest.fixture
def begin(people, frozen):
    """A run whose preview has ended."""

    def look(operation: str, params=None, query: str = "", staff: str = "otis") -> BulkRun:
        actor = StaffPerformer(people[staff])
        chosen = frozen(operation, query, staff)
        run = runs.begin(operation, chosen, params or {}, actor=actor, reason=REASON)
        assert work(run.pk, 60) is False
        return BulkRun.objects.get(pk=run.pk)

    return look
