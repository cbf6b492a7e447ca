"""Start-up checks of the database: its version, and that its search knows Korean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import checks
from django.db import connections

TESTED = 18


def register() -> None:
    """Called once when the app is ready."""
    checks.register(check_version, checks.Tags.database)
    checks.register(check_trigrams, checks.Tags.database)


def check_version(
    databases: Iterable[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """PostgreSQL 18 and later are tested; an older one is only warned about."""
    return [
        checks.Warning(
            f"Database {alias!r} runs PostgreSQL {version}; this is tested on {TESTED}.",
            hint="Upgrade the server to PostgreSQL 18 or later.",
            id="postgres.W001",
        )
        for alias in databases or ()
        if (version := connections[alias].get_database_version()[0]) < TESTED
    ]


def check_trigrams(
    databases: Iterable[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Search needs pg_trgm, in a database whose character type knows Korean letters."""
    return [message for alias in databases or () for message in _trigrams(alias)]


def _trigrams(alias: str) -> list[checks.CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT to_regproc('show_trgm') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return [
                checks.Error(
                    f"Database {alias!r} lacks the extension pg_trgm.",
                    hint="Run backoffice/postgres/roles.sql in it as a superuser.",
                    id="postgres.E001",
                )
            ]
        cursor.execute("SELECT cardinality(show_trgm('환불')) > 0")
        if cursor.fetchone()[0]:
            return []
    return [
        checks.Error(
            f"Database {alias!r} finds no trigrams in Korean.",
            hint="Make it anew with the createdb line at the top of backoffice/postgres/roles.sql.",
            id="postgres.E002",
        )
    ]
