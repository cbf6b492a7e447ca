"""The primary of the embedded cluster: how it is made, and what it must hold."""

from __future__ import annotations

import hashlib
import time

from backoffice.postgres import roles
from backoffice.postgres.cluster import DATABASE, ROLES, Status
from backoffice.postgres.embedded import configuration
from backoffice.postgres.embedded.binaries import give
from backoffice.postgres.embedded.node import Node
from backoffice.postgres.exceptions import ClusterError, ServerDidNotStart

# With locale C, pg_trgm would find no trigrams in Korean.
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8")


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
