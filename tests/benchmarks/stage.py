"""The databases that are measured: filled once, kept until a migration or the recipe changes."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from backoffice.postgres import roles
from tests.harness import databases, template

RECIPE = Path(__file__).with_name("stage.sql")
# So many versions for each article, and for each event, on average.
VERSIONS_AN_ARTICLE, VERSIONS_AN_EVENT = 50, 5
HISTORY = ("articles_historicalarticle", "audit_event", "audit_effect")
Say = Callable[[str], None]


def make(versions: int, say: Say) -> databases.Database:
    """A database with so many versions, from an earlier run if one has been kept."""
    cluster = databases.cluster()
    source = template.make(cluster)
    name, sign = f"bench_{versions}", _sign(source)
    with template.admin(cluster) as connection:
        if _comment(connection, name) == sign:
            return databases.Database(name)
        roles.drop_database(connection, name)
        roles.create_database(connection, name, source)
    started = time.monotonic()
    with template.admin(cluster, name) as inside:
        fill(inside, versions, say)
        inside.execute("VACUUM (ANALYZE, PARALLEL 0)")
    with template.admin(cluster) as connection:
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
        connection.execute(comment.format(sql.Identifier(name), sql.Literal(sign)))
    say(f"{versions:,} versions stand after {time.monotonic() - started:.0f} s")
    return databases.Database(name)


def fill(connection: psycopg.Connection, versions: int, say: Say) -> None:
    """Write the stage's data through a superuser's connection."""
    articles = max(versions // VERSIONS_AN_ARTICLE, 4_000)
    sizes = {"articles": articles, "events": versions // VERSIONS_AN_EVENT}
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'")
    indexes: list[str] = []
    for name, statement in statements():
        say(f"  {name} …")
        if name == "events":
            indexes = _without_indexes(connection)
        for part in statement.split(";\n"):
            if part.strip():
                connection.execute(part, sizes)
    say("  indexes …")
    for definition in indexes:
        connection.execute(definition)
    connection.execute("SET session_replication_role = origin")


def statements() -> list[tuple[str, str]]:
    """The recipe's statements by name, in order."""
    parts = re.split(r"^-- (\w+)$\n", RECIPE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def _without_indexes(connection: psycopg.Connection) -> list[str]:
    """Drop what only slows the filling down, and tell how to make it again."""
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes i WHERE schemaname = 'public' "
        "AND tablename = 'articles_historicalarticle' AND NOT EXISTS "
        "(SELECT FROM pg_constraint c WHERE c.conname = i.indexname)"
    ).fetchall()
    for name, _ in found:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [definition for _, definition in found]


def _sign(source: str) -> str:
    recipe = hashlib.sha256(RECIPE.read_bytes() + Path(__file__).read_bytes()).hexdigest()[:16]
    return f"{source} {recipe}"


def _comment(connection: psycopg.Connection, name: str) -> str:
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return (row and row[0]) or ""
