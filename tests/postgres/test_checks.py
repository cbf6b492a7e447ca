"""The start-up checks of the database."""

from __future__ import annotations

from django.core import checks
from django.db import connections

from backoffice.postgres.checks import check_trigrams, check_version
from backoffice.postgres.roles import create_database, drop_database
from tests.harness.databases import Database, cluster, pointed_at
from tests.harness.template import admin


def test_it_finds_nothing_wrong_with_a_database_of_ours(committed_db):
    found = checks.run_checks(tags=["database"], databases=["default", "owner"])
    assert [message for message in found if message.id.startswith("postgres.")] == []


def test_it_looks_at_no_database_that_it_was_not_given():
    assert check_version() == check_trigrams() == []


def test_it_warns_of_an_older_server(committed_db, monkeypatch):
    monkeypatch.setattr(connections["default"], "get_database_version", lambda: (17, 4))
    (message,) = check_version(databases=["default"])
    assert (message.id, message.level) == ("postgres.W001", checks.WARNING)
    assert "PostgreSQL 17" in message.msg and message.hint


def test_it_names_a_missing_extension(committed_db, role_connection):
    with admin(cluster(), committed_db.name) as connection:
        connection.execute("DROP EXTENSION pg_trgm CASCADE")
    (message,) = check_trigrams(databases=["default"])
    assert message.id == "postgres.E001" and "roles.sql" in message.hint


def test_it_names_a_database_that_knows_no_korean(committed_db):
    with admin(cluster()) as connection:
        drop_database(connection, "test_without_korean")
        connection.execute(
            "CREATE DATABASE test_without_korean TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'"
            " OWNER owner"
        )
        connection.execute("GRANT CONNECT ON DATABASE test_without_korean TO console")
        try:
            with admin(cluster(), "test_without_korean") as inside:
                inside.execute("CREATE EXTENSION pg_trgm")
            with pointed_at(Database("test_without_korean")):
                (message,) = check_trigrams(databases=["default"])
        finally:
            drop_database(connection, "test_without_korean")
    assert message.id == "postgres.E002" and message.hint


def test_it_hands_the_clone_what_the_template_cannot(committed_db):
    """A guard of the harness: privileges on the database itself are not copied with it."""
    with admin(cluster()) as connection:
        create_database(connection, "test_privileges", "template0")
        row = connection.execute(
            "SELECT has_database_privilege('public', 'test_privileges', 'CONNECT'),"
            " has_database_privilege('console', 'test_privileges', 'CONNECT')"
        ).fetchone()
        drop_database(connection, "test_privileges")
    assert row == (False, True)
