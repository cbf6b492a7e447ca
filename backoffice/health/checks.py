"""What the console depends on, a function each; they say in a sentence how it is.

A function returns the sentence when all is well, and raises Trouble, or whatever the dependency
raises, when it is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from audit import reads
from backoffice.jobs import queue
from backoffice.replicas.pool import state_of

AT_PRIMARY = "Look at the server of DATABASE_URL, then at the network to it."
AT_WORKER = "Run `manage.py worker`, and look at what it logs."
AT_SPOOL = "Look at the folder of AUDIT_SPOOL, then run `manage.py deliver_spool`."
AT_REPLICAS = "Look at the servers of REPLICA_URLS. Until then everything is read from the primary."


# How long reads may wait for the primary before it is no passing matter, seconds.
SPOOL_PATIENCE = 120.0
# How long a job may wait for its turn, seconds.
BACKLOG_PATIENCE = 300.0


class Trouble(Exception):
    """A dependency answers, and what it says is not well.

    Args: text: what is wrong, a sentence. mend: what a person does about it.
    """

    def __init__(self, text: str, mend: str) -> None:
        super().__init__(text)
        self.mend = mend


@dataclass(frozen=True)
class Check:
    """A dependency.

    Args:
        ask: the function that looks at it.
        mend: what a person does when it does not answer.
        required: whether nobody can be served without it.
    """

    ask: Callable[[], str]
    mend: str
    required: bool = True


def primary() -> str:
    """The database that takes writes answers and takes them."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        if cursor.fetchone()[0]:
            raise Trouble(
                "It is a standby, which takes no writes.", "Point DATABASE_URL elsewhere."
            )
    return "Primary: answers. OK"


def replicas() -> str:
    """Every replica answers and is not too far behind."""
    if not settings.REPLICAS:
        return "Replica: none configured. OK"
    ages = []
    for alias in settings.REPLICAS:
        state = state_of(alias)
        if not state.in_recovery:
            raise Trouble(f"{alias} is no standby; it is not read from.", AT_REPLICAS)
        if state.age > settings.REPLICA_LAG_LIMIT:
            raise Trouble(f"{alias} is {state.age:.1f} s behind; it is not read from.", AT_REPLICAS)
        ages.append(f"{alias} {state.age:.1f} s")
    return f"Replica: {', '.join(ages)} behind. OK"


def migrations() -> str:
    """The database has every migration of this version of the code."""
    missing = _known_migrations() - set(
        MigrationRecorder(connections["default"]).applied_migrations()
    )
    if missing:
        first = ".".join(min(missing))
        raise Trouble(
            f"{len(missing)} migrations are not applied, the first is {first}.",
            "Run `manage.py migrate` with MIGRATION_DATABASE_URL set.",
        )
    return "Migrations: all applied. OK"


def audit_spool() -> str:
    """The events of reads arrive in the database, and none was lost."""
    folder = reads.spool()
    lost = folder.lost_count() + reads.courier().lost
    if lost:
        raise Trouble(f"{lost:,} reads were lost: the folder took no more.", AT_SPOOL)
    if not reads.can_keep(folder):
        raise Trouble("The folder cannot be written.", AT_SPOOL)
    waiting = folder.waiting()
    if waiting.oldest > SPOOL_PATIENCE:
        raise Trouble(
            f"{waiting.size:,} bytes of reads wait, the oldest for {waiting.oldest:,.0f} s.",
            AT_SPOOL,
        )
    return f"Audit spool: {waiting.size:,} bytes wait. OK"


def worker() -> str:
    """A job worker lives and keeps up."""
    found = queue.health()
    if found.silence is None:
        raise Trouble("No job worker has ever run.", AT_WORKER)
    if not found.works:
        raise Trouble(f"No sign of life for {found.silence:,.0f} s.", AT_WORKER)
    if found.oldest > BACKLOG_PATIENCE:
        raise Trouble(f"{found.waiting} jobs wait, the first for {found.oldest:,.0f} s.", AT_WORKER)
    return f"Job worker: {found.waiting} jobs wait. OK"


@cache
def _known_migrations() -> set[tuple[str, str]]:
    """The migrations in the code, read once: they change with the process only."""
    return set(MigrationLoader(None).graph.nodes)


ALL = {
    "primary": Check(primary, AT_PRIMARY),
    "replica": Check(replicas, AT_REPLICAS, required=False),
    "migrations": Check(migrations, AT_PRIMARY),
    "worker": Check(worker, AT_WORKER, required=False),
    "audit spool": Check(audit_spool, AT_SPOOL, required=False),
}
