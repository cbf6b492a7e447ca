"""Brings a database's roles, passwords and default privileges to what roles.sql says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

FILE = Path(__file__).with_name("roles.sql")
CONNECTING = ("console", "console_ro", "reports", "product", "importer")


def apply(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Run roles.sql in the connection's database and set the passwords, by role name.

    The connection is a superuser's, in autocommit.
    """
    with connection.transaction():
        connection.execute(FILE.read_bytes())
        for role, password in passwords.items():
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )


def create_database(connection: psycopg.Connection, name: str, template: str) -> None:
    """Make a database of the owner's; what a template does not hand on is set here."""
    database = sql.Identifier(name)
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER owner").format(
            database, sql.Identifier(template)
        )
    )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
            database, sql.SQL(", ").join(map(sql.Identifier, CONNECTING))
        )
    )


def drop_database(connection: psycopg.Connection, name: str) -> None:
    """Drop a database if it exists, whoever is connected to it."""
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )
