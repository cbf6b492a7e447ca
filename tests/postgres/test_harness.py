"""The frame of the tests itself: who runs them, on what, and what they leave."""

from __future__ import annotations

import pytest
from django.db import connection, connections

from tests.harness import guard
from tests.harness.databases import current


def who(alias="default"):
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT session_user, current_database()")
        return cursor.fetchone()


def test_it_runs_the_code_under_test_as_console(db):
    assert who()[0] == "console"


def test_it_shows_the_transaction_to_the_mirrored_replica(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        mine = cursor.fetchone()
    with connections["replica"].cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        assert cursor.fetchone() == mine


def test_it_gives_a_committing_test_a_database_of_its_own(committed_db, role_connection):
    assert who() == ("console", committed_db.name)
    owner = role_connection("owner")
    owner.execute("CREATE TABLE proof (id integer)")
    assert owner.info.dbname == committed_db.name
    assert who("owner") == ("owner", committed_db.name)


def test_it_leaves_nothing_of_the_committing_test(committed_db, role_connection):
    row = role_connection("owner").execute("SELECT to_regclass('proof')").fetchone()
    assert row == (None,)


@pytest.mark.parametrize("role", ["owner", "console", "console_ro", "reports", "product"])
def test_it_connects_as_any_role(committed_db, role_connection, role):
    assert role_connection(role).info.user == role
    assert current().name == committed_db.name


def test_it_reads_from_the_real_standby(standby, committed_db):
    assert who("replica") == ("console_ro", committed_db.name)
    with connections["replica"].cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        assert cursor.fetchone() == (True,)


@pytest.mark.parametrize(
    ("database", "named"),
    [
        ({"HOST": "db.example.com"}, "db.example.com"),
        ({"HOST": "127.0.0.1", "OPTIONS": {"hostaddr": "10.0.0.5"}}, "10.0.0.5"),
        ({"HOST": "127.0.0.1,10.0.0.6"}, "10.0.0.6"),
        ({"HOST": "", "OPTIONS": {"service": "live"}}, "service live"),
        ({"HOST": "no-such-host.invalid"}, "no-such-host.invalid"),
    ],
)
def test_it_refuses_a_database_elsewhere(database, named):
    assert named in guard.refusal({"default": {"HOST": "127.0.0.1"}, "other": database})


@pytest.mark.parametrize("host", ["", "127.0.0.1", "::1", "localhost", "/run/postgresql"])
def test_it_accepts_a_database_on_this_machine(host):
    assert guard.refusal({"default": {"HOST": host}}) == ""
