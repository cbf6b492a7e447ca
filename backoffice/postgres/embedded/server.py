"""One PostgreSQL server of the embedded cluster: its folder, its process, start and stop."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import psutil
import psycopg

from backoffice.postgres.embedded.binaries import Programs, give
from backoffice.postgres.exceptions import ClusterError, ServerDidNotStart

# How long a server may take to answer; recovery after a crash included.
START_LIMIT = 60
LOG_LIMIT = 10_000_000


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Server:
    """A data folder and whatever process serves it.

    Args:
        name: of the folder and of the log beside it.
        programs: runs PostgreSQL's programs.
        home: the folder that both live in.
    """

    def __init__(self, name: str, programs: Programs, home: Path) -> None:
        self.name = name
        self.programs = programs
        self.data = home / name
        self.log = home / f"{name}.log"

    @property
    def exists(self) -> bool:
        """Whether the data folder is complete; drafts carry another name until they are."""
        return (self.data / "PG_VERSION").exists()

    def process(self) -> psutil.Process | None:
        """The living process that serves this folder, believed only after a look at it."""
        pid = self._recorded()[0]
        if pid is None:
            return None
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            return process if str(self.data) in process.cmdline() else None
        except psutil.NoSuchProcess:
            return None

    def port(self) -> int | None:
        """The port that the living process listens on."""
        return self._recorded()[1] if self.process() else None

    def _recorded(self) -> tuple[int | None, int | None]:
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return int(lines[0]), int(lines[3])
        except (FileNotFoundError, ValueError, IndexError):
            return None, None

    def configure(self, text: str) -> None:
        """Replace our part of the configuration; a server that runs needs `reload` to see it."""
        draft = self.data / "backoffice.conf.new"
        draft.write_text(text, encoding="utf-8")
        draft.chmod(0o600)
        give(draft)
        draft.replace(self.data / "backoffice.conf")

    def reload(self) -> None:
        """Let the running server read its configuration again."""
        self.programs.run("pg_ctl", "reload", "-D", str(self.data))

    def start(self, url: str) -> None:
        """Start the process and wait until `url` can be connected to.

        Raises ServerDidNotStart with the end of the log when the process gives up.
        """
        self._clear_leftovers()
        self._trim_log()
        written = self.log.stat().st_size if self.log.exists() else 0
        result = self.programs.try_run(
            "pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), "-s", "-w",
            "-t", str(START_LIMIT),
        )  # fmt: skip
        if result.returncode != 0:
            raise ServerDidNotStart(
                f"The {self.name} did not start; the end of {self.log}:\n{self.log_since(written)}"
            )
        self.wait_until_ready(url)

    def log_since(self, position: int) -> str:
        """What the log holds after a position, the last 2,000 characters of it."""
        try:
            with self.log.open("rb") as file:
                file.seek(position)
                return file.read().decode("utf-8", "replace")[-2000:]
        except FileNotFoundError:
            return ""

    def wait_until_ready(self, url: str) -> bool:
        """True once `url` answers; False when the process goes away meanwhile."""
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            try:
                psycopg.connect(url, connect_timeout=5).close()
                return True
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise self._wrong_password() from error
                if self.process() is None:
                    return False
                time.sleep(0.05)
        raise ClusterError(
            f"The {self.name} does not answer after {START_LIMIT} s. See {self.log}, then run"
            f" `manage.py cluster stop {self.name}` and start it again."
        )

    def stop(self) -> None:
        """End the process cleanly if there is one; within seconds, whoever is connected."""
        if self.process() is None:
            return
        for mode in ("fast", "immediate"):
            self.programs.try_run(
                "pg_ctl", "stop", "-D", str(self.data), "-s", "-w", "-t", "10", "-m", mode
            )
            if self.process() is None:
                return
        raise ClusterError(
            f"The {self.name} does not stop. See {self.log}; end process {self._recorded()[0]}."
        )

    def _clear_leftovers(self) -> None:
        """Remove the pid file of a server that was killed.

        A process that lingers as a zombie makes pg_ctl refuse otherwise. Backends that are still
        leaving hold the shared memory; PostgreSQL itself refuses to start beside those.
        """
        if self.process() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _trim_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old.log"))

    def _wrong_password(self) -> ClusterError:
        return ClusterError(
            f"{self.data} was made with other passwords than are remembered now. Run `make"
            " clean-demo` to start afresh."
        )
