"""The real standby, borrowed by one test at a time (or by several that leave it as it is)."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from tests.harness.databases import Database, cluster
from tests.harness.template import admin

# How long the standby may take, seconds: the machine may be busy with other runs.
PATIENCE = 60


class Standby:
    """The streaming standby of the run's cluster. What a test breaks is mended afterwards."""

    def url(self, database: Database, role: str = "console_ro") -> str:
        """The standby's address of a database."""
        return database.url(role, "replica")

    def pause(self) -> None:
        """Stop replaying: the standby still answers, with data that grows old."""
        self._execute("SELECT pg_wal_replay_pause()")
        self._until("SELECT pg_get_wal_replay_pause_state() = 'paused'")

    def resume(self) -> None:
        """Replay again."""
        self._execute("SELECT pg_wal_replay_resume()")

    def stop(self) -> None:
        """Stop the server: connections are refused."""
        cluster().stop("replica")

    def start(self) -> None:
        """Start the server again."""
        cluster().start("replica")

    def catch_up(self) -> None:
        """Wait until it has replayed all that the primary has written by now."""
        with admin(cluster()) as primary:
            # What others have inserted may lie unflushed for seconds; a commit takes it along.
            primary.execute("SELECT pg_logical_emit_message(true, 'tests', '')")
            row = primary.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
        self._until("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", row)

    def wait_for_lag(self, seconds: float) -> None:
        """Wait until its newest data are at least this old."""
        self._until(
            "SELECT now() - pg_last_xact_replay_timestamp() > %s * interval '1 s'", [seconds]
        )

    def eventually(self, is_so: Callable[[], bool]) -> bool:
        """Whether something comes true within ten seconds."""
        deadline = time.monotonic() + 10
        while not (so := is_so()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return so

    def mend(self) -> None:
        """Running, replaying, and level with the primary."""
        self.start()
        self.resume()
        self.catch_up()

    def _execute(self, query: Any, params: Any = None) -> Any:
        url = cluster().url("replica", "superuser", "postgres")
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(query, params).fetchone()

    def _until(self, query: str, params: Any = None) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._execute(query, params)[0]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"The standby did not get there in {PATIENCE} s: {query}")
            time.sleep(0.02)


@contextmanager
def borrowed(exclusive: bool) -> Iterator[Standby]:
    """The standby, started if need be. Alone, to break it; or together with others, to read it."""
    path = Path(settings.DATA_DIR) / "standby.lock"
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    standby = Standby()
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        _mend_once(standby)
        yield standby
    finally:
        if exclusive:
            standby.mend()
        os.close(descriptor)


def _mend_once(standby: Standby) -> None:
    """Several that read it may come first at once: only one of them makes and starts it."""
    path = Path(settings.DATA_DIR) / "standby.start.lock"
    with path.open("a") as start:
        fcntl.flock(start, fcntl.LOCK_EX)
        standby.mend()
