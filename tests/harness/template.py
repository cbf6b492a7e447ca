"""The template database: migrated once as the owner, kept until a migration changes."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from backoffice.postgres import roles
from backoffice.postgres.cluster import Cluster

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("audit", "backoffice", "articles")
PREFIX = "template_"


def fingerprint(root: Path = ROOT) -> str:
    """A hash over all that a migrated database comes from.

    The migrations, what they import of the project, the SQL files, and the names of the libraries'
    migrations; and the month, because the first migration makes partitions around it.
    """
    migrations = [p for s in SOURCES for p in (root / s).rglob("migrations/*.py")]
    files = {p for s in SOURCES for p in (root / s).rglob("*.sql")} | set(migrations)
    for path in migrations:
        files |= set(_imported(root, path.read_text(encoding="utf-8")))
    digest = hashlib.sha256(f"{datetime.now(UTC):%Y-%m}".encode())
    digest.update(repr(sorted(MigrationLoader(None).graph.nodes)).encode())
    for path in sorted(files):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _imported(root: Path, text: str) -> list[Path]:
    names = re.findall(r"^\s*(?:from|import) ([\w.]+)", text, re.MULTILINE)
    paths = [root / f"{name.replace('.', '/')}.py" for name in names]
    return [path for path in paths if path.is_file()]


def make(cluster: Cluster) -> str:
    """The name of the template, made now if it is not there; older ones are dropped."""
    name = f"{PREFIX}{fingerprint()}"
    with admin(cluster) as connection:
        for old in _databases(connection):
            if old != name:
                if old.startswith(PREFIX):
                    connection.execute(
                        sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(old))
                    )
                roles.drop_database(connection, old)
        if name not in _databases(connection):
            _build(cluster, connection, name)
    return name


def admin(cluster: Cluster, database: str = "postgres") -> psycopg.Connection:
    """A superuser's connection in autocommit."""
    return psycopg.connect(cluster.url("primary", "superuser", database), autocommit=True)


def _databases(connection: psycopg.Connection) -> list[str]:
    """What earlier runs left: templates, workers' databases and clones."""
    rows = connection.execute(
        "SELECT datname FROM pg_database WHERE datname ~ '^(template_.{16}|draft_.*|test_.*)$'"
    )
    return [row[0] for row in rows]


def _build(cluster: Cluster, connection: psycopg.Connection, name: str) -> None:
    """Migrate under another name: the template has its own only when it is complete."""
    draft = f"draft_{name}"
    roles.create_database(connection, draft, "template0")
    with admin(cluster, draft) as inside:
        inside.execute(roles.FILE.read_bytes())
    owner = connections["owner"]
    owner.settings_dict["NAME"] = draft
    try:
        call_command("migrate", verbosity=0, interactive=False, database="owner")
    finally:
        owner.close()
    with admin(cluster, draft) as inside:
        inside.execute("VACUUM (ANALYZE)")
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    connection.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
    seal = sql.SQL("ALTER DATABASE {} IS_TEMPLATE true")
    connection.execute(seal.format(sql.Identifier(name)))
