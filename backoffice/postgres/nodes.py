"""The two nodes of the embedded cluster: how each is made, started, mended and described."""

from __future__ import annotations

import hashlib
import shutil
import time
from typing import TYPE_CHECKING, Any

import psycopg

from backoffice.postgres import configuration, roles
from backoffice.postgres.binaries import Programs, give, home_of
from backoffice.postgres.cluster import DATABASE, ROLES, Cluster, Status
from backoffice.postgres.exceptions import ClusterError, ServerDidNotStart
from backoffice.postgres.server import Server, port_is_free

if TYPE_CHECKING:
    from pathlib import Path

SLOT = "replica"
STREAM_LIMIT = 15
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8")


class Node:
    """What both nodes share."""

    name: str

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.home = home_of(cluster.state)
        self.programs = Programs(self.home)
        self.server = Server(self.name, self.programs, self.home)

    def start(self) -> None:
        """Make what is missing, mend what is broken, and wait until it answers."""
        for attempt in (1, 2, 3):
            if self.server.process() and self._answers():
                break
            self._make()
            self._settle_port()
            self.server.configure(self.configuration())
            try:
                self.server.start(self.url())
                break
            except ServerDidNotStart as error:
                self._mend(error, last=attempt == 3)
        self._adopt_port()
        self._complete()

    def stop(self) -> None:
        """Stop the server if it runs."""
        self.server.stop()

    def url(self, database: str = "postgres") -> str:
        """The superuser's address of this node."""
        return self.cluster.url(self.name, "superuser", database)

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A superuser's connection in autocommit, to be closed by the caller."""
        return psycopg.connect(self.url(database), autocommit=True, connect_timeout=5)

    def configuration(self) -> str:
        raise NotImplementedError

    def _make(self) -> None:
        raise NotImplementedError

    def _mend(self, error: ServerDidNotStart, last: bool) -> None:
        raise NotImplementedError

    def _complete(self) -> None:
        """What remains to be done once the server answers."""

    def _answers(self) -> bool:
        self._adopt_port()
        return self.server.wait_until_ready(self.url())

    def _adopt_port(self) -> None:
        """A running server's own port wins over the remembered one."""
        port = self.server.port()
        if port and port != self.cluster.port(self.name):
            self.cluster.state.set(f"port {self.name}", port)

    def _settle_port(self) -> None:
        if not port_is_free(self.cluster.port(self.name)):
            self.cluster.change_port(self.name)

    def _draft(self) -> Path:
        """A folder to build the data in: it takes its name only when it is complete."""
        draft = self.home / f"{self.name}.new"
        shutil.rmtree(draft, ignore_errors=True)
        return draft

    def _durable(self) -> bool:
        return bool(self.cluster.state.get("durable", True))


class Primary(Node):
    """The node that takes writes."""

    name = "primary"

    def configuration(self) -> str:
        return configuration.primary(self.cluster.port("primary"), self._durable())

    def status(self) -> Status:
        running = self.server.process() is not None
        port = self.cluster.port("primary")
        return Status("primary", running, port, "takes writes" if running else "stopped")

    def _make(self) -> None:
        if self.server.exists:
            return
        draft = self._draft()
        password = self.home / "password"
        password.write_text(self.cluster.secret("role superuser"), encoding="utf-8")
        password.chmod(0o600)
        give(password)
        try:
            self.programs.run(
                "initdb", "-D", str(draft), "-U", ROLES["superuser"], "-E", "UTF8", *LOCALE,
                "-A", "scram-sha-256", f"--pwfile={password}", "--no-sync", "--no-instructions",
            )  # fmt: skip
        finally:
            password.unlink()
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include_if_exists = 'backoffice.conf'\n")
        draft.rename(self.server.data)

    def _mend(self, error: ServerDidNotStart, last: bool) -> None:
        """Backends of a killed server leave within seconds; a port may be lost in a race."""
        if last:
            raise ClusterError(f"{error}\n`make clean-demo` starts afresh, without the data.")
        if "still in use" in str(error):
            time.sleep(3)
        elif "could not bind" in str(error):
            self.cluster.change_port(self.name)

    def _complete(self) -> None:
        """Database, roles and passwords; a mark in the data says that they are done."""
        passwords = {
            ROLES[role]: self.cluster.secret(f"role {role}")
            for role in ROLES
            if role != "superuser"
        }
        wanted = hashlib.sha256(roles.FILE.read_bytes() + repr(passwords).encode()).hexdigest()
        mark = self.server.data / "backoffice.roles"
        if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
            return
        with self.connect() as connection:
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
        with self.connect(DATABASE) as connection:
            roles.apply(connection, passwords)
        mark.write_text(wanted, encoding="utf-8")


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
            self.server.stop()
            shutil.rmtree(self.server.data, ignore_errors=True)
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
