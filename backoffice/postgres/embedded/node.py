"""What the two nodes of the embedded cluster share: making, starting and mending."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import psycopg

from backoffice.postgres.cluster import Cluster
from backoffice.postgres.embedded.binaries import Programs, home_of
from backoffice.postgres.embedded.server import Server, port_is_free
from backoffice.postgres.exceptions import ServerDidNotStart


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
