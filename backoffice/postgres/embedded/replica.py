"""The standby of the embedded cluster: made from the primary, anew when it cannot go on."""

from __future__ import annotations

import shutil
import time
from typing import Any

import psycopg

from backoffice.postgres.cluster import Cluster, Status
from backoffice.postgres.embedded import configuration
from backoffice.postgres.embedded.binaries import give
from backoffice.postgres.embedded.node import Node
from backoffice.postgres.embedded.primary import Primary
from backoffice.postgres.exceptions import ClusterError, ServerDidNotStart

SLOT = "replica"
# How long the standby may take to stream, seconds.
STREAM_LIMIT = 15


class Replica(Node):
    """The streaming standby; made anew from the primary when it cannot go on."""

    name = "replica"

    def __init__(self, cluster: Cluster, primary: Primary) -> None:
        super().__init__(cluster)
        self.primary = primary

    def configuration(self) -> str:
        return configuration.replica(
            self.cluster.port("replica"),
            self._durable(),
            self.cluster.port("primary"),
            self.cluster.secret("role superuser"),
        )

    def status(self) -> Status:
        port = self.cluster.port("replica")
        if self.server.process() is None:
            return Status("replica", False, port, "stopped")
        try:
            with self.connect() as connection:
                detail = (
                    "streaming" if self._streams(connection) else "not connected to the primary"
                )
        except psycopg.OperationalError:
            detail = "does not answer"
        return Status("replica", True, port, detail)

    def discard(self) -> None:
        """Delete the standby and its slot."""
        self.server.stop()
        shutil.rmtree(self.server.data, ignore_errors=True)
        self._drop_slot()

    def _make(self) -> None:
        if self.server.exists:
            return
        if self.primary.server.process() is None:
            raise ClusterError(
                "The replica is made from the primary, which is stopped. Run `manage.py cluster"
                " start primary` first."
            )
        self._drop_slot()
        draft = self._draft()
        self.programs.run(
            "pg_basebackup", "-D", str(draft), "-d", self.primary.url(), "-X", "stream",
            "-c", "fast", "-C", "-S", SLOT, "--no-sync",
            password=self.cluster.secret("role superuser"),
        )  # fmt: skip
        (draft / "standby.signal").touch()
        give(draft / "standby.signal")
        draft.rename(self.server.data)

    def _drop_slot(self) -> None:
        with self.primary.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots"
                " WHERE slot_name = %s AND active_pid IS NOT NULL",
                [SLOT],
            )
            connection.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                " WHERE slot_name = %s",
                [SLOT],
            )

    def _mend(self, error: ServerDidNotStart, last: bool) -> None:
        """A standby holds nothing of its own, so the mend for anything is a new one."""
        if last:
            raise error
        if "still in use" in str(error):
            time.sleep(3)
        elif "could not bind" in str(error):
            self.cluster.change_port(self.name)
        else:
            shutil.rmtree(self.server.data, ignore_errors=True)

    def _complete(self) -> None:
        """Follow the primary to where it listens now, and make sure that it streams."""
        if self.primary.server.process() is None:
            return
        self.server.configure(self.configuration())
        self.server.reload()
        if not self._follows():
            self.discard()
            self._make()
            self.server.configure(self.configuration())
            self.server.start(self.url())
            if not self._follows():
                raise ClusterError(
                    f"The replica does not follow the primary. See {self.server.log}."
                )

    def _follows(self) -> bool:
        """Whether the standby streams, now or within a few seconds."""
        if not self._slot_is_usable():
            return False
        deadline = time.monotonic() + STREAM_LIMIT
        with self.connect() as connection:
            while time.monotonic() < deadline:
                if self._streams(connection):
                    return True
                time.sleep(0.05)
        return False

    def _slot_is_usable(self) -> bool:
        with self.primary.connect() as connection:
            row = connection.execute(
                "SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", [SLOT]
            ).fetchone()
        return row is not None and row[0] != "lost"

    @staticmethod
    def _streams(connection: psycopg.Connection[Any]) -> bool:
        row = connection.execute("SELECT status FROM pg_stat_wal_receiver").fetchone()
        return row is not None and row[0] == "streaming"
