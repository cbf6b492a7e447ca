"""The fixtures that give a test its database.

- `db` (or `@pytest.mark.django_db`): inside one transaction that is rolled back, as role console.
- `committed_db`: a database as fresh as the template, for a test that commits;
  `committed_db_once` is one for a whole module, whose tests change nothing that another sees.
- `role_connection("product")`: a raw connection of any role to the test's database.
- `standby`: `committed_db` with reads on the real standby, which the test may pause and stop;
  `shared_standby` for tests that only read from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.utils import translation

from backoffice.replicas.pool import circuit
from tests.harness import databases
from tests.harness.databases import Database
from tests.harness.standby import Standby, borrowed


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """The worker's own clone, for all tests that roll back."""
    with django_db_blocker.unblock(), ExitStack() as stack:
        stack.enter_context(databases.pointed_at(stack.enter_context(databases.clone())))
        yield


@pytest.fixture(autouse=True)
def _outside_of_requests_in_english() -> Iterator[None]:
    """A request leaves its language and a cache behind; the next test shall not meet them."""
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _replica_is_mirrored(request: pytest.FixtureRequest, _django_db_marker: None) -> Iterator[None]:
    # Django's own preparation forbids other aliases one by one, so it must come first.
    if "db" in request.fixturenames:
        request.getfixturevalue("db")
    with databases.mirrored():
        yield


@pytest.fixture
def committed_db(django_db_blocker: Any) -> Iterator[Database]:
    """A database of its own for one test: everything may be committed, nothing is left."""
    with django_db_blocker.unblock(), databases.clone() as database, databases.pointed_at(database):
        yield database


@pytest.fixture(scope="module")
def committed_db_once(django_db_blocker: Any) -> Iterator[Database]:
    """A database of its own for all tests of a module."""
    with django_db_blocker.unblock(), databases.clone() as database, databases.pointed_at(database):
        yield database


@pytest.fixture
def role_connection(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Any]]:
    """Connects as any role, in autocommit, to the test's database; closed after the test.

    It sees what is committed only: with `db`, that is the empty template.
    """
    with ExitStack() as stack:

        def connect(role: str) -> psycopg.Connection[Any]:
            return stack.enter_context(databases.connect(role))

        yield connect


@pytest.fixture
def standby(committed_db: Database, django_db_blocker: Any) -> Iterator[Standby]:
    """The real standby behind alias `replica`, to be paused, stopped and started at will."""
    yield from _real_replica(committed_db, exclusive=True)


@pytest.fixture
def shared_standby(committed_db: Database, django_db_blocker: Any) -> Iterator[Standby]:
    """The real standby behind alias `replica`, beside other tests; it may only be read."""
    yield from _real_replica(committed_db, exclusive=False)


def _real_replica(database: Database, exclusive: bool) -> Iterator[Standby]:
    with (
        databases.unmirrored(),
        borrowed(exclusive) as found,
        databases.pointed_at(database, replica=("replica", "console_ro")),
    ):
        circuit.forget()
        yield found
        circuit.forget()
