"""The roles: what each may do, and that roles.sql may run again."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from backoffice.postgres import roles
from tests.harness.databases import cluster
from tests.harness.template import admin

OTHERS = ["console", "console_ro", "reports", "product", "importer"]


@pytest.fixture
def table(committed_db, role_connection):
    """A table that the owner has just made, with nothing granted by hand."""
    owner = role_connection("owner")
    owner.execute("CREATE TABLE fresh (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
    owner.execute("CREATE SEQUENCE counter")
    return owner


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE mine (id int)", "CREATE TEMP TABLE mine (id int)", "CREATE SCHEMA s"],
)
def test_it_lets_nobody_but_the_owner_make_objects(committed_db, role_connection, role, statement):
    connection = role_connection(role)
    connection.execute("SET default_transaction_read_only = off")
    with pytest.raises(InsufficientPrivilege):
        connection.execute(statement)


def test_it_lets_the_console_write_new_tables(table, role_connection):
    console = role_connection("console")
    console.execute("INSERT INTO fresh (word) VALUES ('one')")
    console.execute("UPDATE fresh SET word = 'two'")
    assert console.execute("SELECT word, nextval('counter') FROM fresh").fetchone() == ("two", 1)
    console.execute("DELETE FROM fresh")
    with pytest.raises(InsufficientPrivilege):
        console.execute("TRUNCATE fresh")


@pytest.mark.parametrize("name", ["django_migrations", "auth_permission", "auth_group"])
def test_it_keeps_the_console_from_what_only_migrations_write(committed_db, role_connection, name):
    console = role_connection("console")
    console.execute(f"SELECT count(*) FROM {name}")
    with pytest.raises(InsufficientPrivilege):
        console.execute(f"DELETE FROM {name}")


def test_it_lets_the_replicas_role_only_read(table, role_connection):
    reader = role_connection("console_ro")
    assert reader.execute("SELECT count(*) FROM fresh").fetchone() == (0,)
    with pytest.raises(ReadOnlySqlTransaction):
        reader.execute("INSERT INTO fresh (word) VALUES ('one')")
    reader.execute("SET default_transaction_read_only = off")
    with pytest.raises(InsufficientPrivilege):
        reader.execute("INSERT INTO fresh (word) VALUES ('one')")


@pytest.mark.parametrize("role", ["reports", "product", "importer"])
def test_it_grants_the_others_nothing_by_default(table, role_connection, role):
    with pytest.raises(InsufficientPrivilege):
        role_connection(role).execute("SELECT FROM fresh")


def test_it_gives_the_importer_what_the_product_has(table, role_connection):
    table.execute("GRANT SELECT ON fresh TO product")
    importer = role_connection("importer")
    importer.execute("SELECT FROM fresh")
    importer.execute("SET ROLE product")
    row = importer.execute("SELECT session_user, current_user").fetchone()
    assert row == ("importer", "product")


@pytest.mark.parametrize("role", OTHERS)
def test_it_lets_nobody_else_become_the_owner(committed_db, role_connection, role):
    with pytest.raises(InsufficientPrivilege):
        role_connection(role).execute("SET ROLE owner")


def test_it_limits_what_a_forgetful_client_can_hold(committed_db, role_connection):
    for role in ("console", "console_ro", "reports"):
        row = role_connection(role).execute("SHOW statement_timeout").fetchone()
        assert row != ("0",), role


def test_it_may_run_again(committed_db, role_connection):
    with admin(cluster(), committed_db.name) as connection:
        roles.apply(connection, {})
        roles.apply(connection, {})
    assert role_connection("console").execute("SELECT 1").fetchone() == (1,)


def test_it_closes_the_database_to_strangers(committed_db):
    with admin(cluster(), committed_db.name) as connection:
        connection.execute("DROP ROLE IF EXISTS stranger")
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'stranger'")
        place = committed_db.url().partition("@")[2]
        try:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(f"postgres://stranger:stranger@{place}")
        finally:
            connection.execute("DROP ROLE stranger")
