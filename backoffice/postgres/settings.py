"""The settings of the databases: where they are, and how long anything may take there."""

from __future__ import annotations

from typing import Any

from backoffice import env
from backoffice.ground import cluster

# Databases: `default` is the primary, `replica…` are only read, `owner` only migrates.
if cluster is not None:
    DATABASE_URL = cluster.url("primary", "console")
    REPLICA_URLS = [cluster.url("replica", "console_ro")]
    MIGRATION_DATABASE_URL = cluster.url("primary", "owner")
    IMPORT_DATABASE_URL = cluster.url("primary", "importer")
else:
    DATABASE_URL = env.text("DATABASE_URL")
    REPLICA_URLS = env.words("REPLICA_URLS", "")
    MIGRATION_DATABASE_URL = env.text("MIGRATION_DATABASE_URL", "")
    IMPORT_DATABASE_URL = env.text("IMPORT_DATABASE_URL", "")

CONNECT_TIMEOUT = env.number("DATABASE_CONNECT_TIMEOUT", 3, minimum=1, maximum=60)
STATEMENT_TIMEOUT = env.number("DATABASE_STATEMENT_TIMEOUT", 15, minimum=1, maximum=3600)
POOL_SIZE = env.whole("DATABASE_POOL_SIZE", 8, minimum=1, maximum=200)
MIGRATION_APPLICATION = "backoffice migrations"


def _connection(name: str, url: str, patience: float = CONNECT_TIMEOUT) -> dict[str, Any]:
    """One pooled connection's settings with the time limits that every connection carries."""
    settings = env.database(name, url)
    settings["OPTIONS"] = {
        "connect_timeout": int(CONNECT_TIMEOUT),
        "options": f"-c statement_timeout={int(STATEMENT_TIMEOUT * 1000)}",
        "application_name": "backoffice",
        # A server that went away without a word is noticed in seconds, not hours.
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        **settings["OPTIONS"],
        "pool": {
            "min_size": 0,
            "max_size": POOL_SIZE,
            "timeout": patience,
            # By default the pool would wait longer and longer before it asks a lost server again.
            "reconnect_timeout": patience,
        },
    }
    # A pooled connection that broke while it lay idle is replaced, not handed out.
    settings["CONN_HEALTH_CHECKS"] = True
    return settings


DATABASES = {"default": _connection("DATABASE_URL", DATABASE_URL)}
REPLICAS: list[str] = []
for _number, _url in enumerate(REPLICA_URLS, start=1):
    _alias = "replica" if _number == 1 else f"replica_{_number}"
    # Whoever waits for a replica could be reading from the primary.
    DATABASES[_alias] = _connection("REPLICA_URLS", _url, patience=min(1.0, CONNECT_TIMEOUT))
    REPLICAS.append(_alias)
if MIGRATION_DATABASE_URL:
    # Migrations may take long and use one connection: no pool, no statement limit.
    DATABASES["owner"] = env.database("MIGRATION_DATABASE_URL", MIGRATION_DATABASE_URL)
    # By this name migrations are told from people who sign in as the owner.
    DATABASES["owner"]["OPTIONS"].setdefault("application_name", MIGRATION_APPLICATION)
