"""Tests that cannot be served, refused before they start and told what to do instead."""

from __future__ import annotations

import pytest
from django.test import TestCase, TransactionTestCase

FLUSHES = (
    "This test would empty every table afterwards, which tracked tables refuse. Use the fixture"
    " committed_db instead of transactional_db, live_server, transaction=True or"
    " TransactionTestCase: it gives the test a database of its own."
)
BOTH = "A test has either a transaction (db) or a database of its own (committed_db), not both."


def refuse_flush(item: pytest.Item) -> None:
    """Fail a test that Django would end by a flush, before it starts."""
    marker = item.get_closest_marker("django_db")
    kind = getattr(item, "cls", None)
    by_class = (
        isinstance(kind, type)
        and issubclass(kind, TransactionTestCase)
        and not issubclass(kind, TestCase)
    )
    names = {"transactional_db", "live_server", "django_db_reset_sequences"}
    fixtures = set(getattr(item, "fixturenames", ()))
    if by_class or fixtures & names or (marker and marker.kwargs.get("transaction")):
        pytest.fail(FLUSHES, pytrace=False)
    if "committed_db" in fixtures and (marker or "db" in fixtures):
        pytest.fail(BOTH, pytrace=False)
