"""The embedded cluster: a primary and a real streaming standby in one folder.

Settings import this in every process, so only what an address needs is imported at the top.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from backoffice.postgres.embedded.binaries import package
from backoffice.postgres.embedded.state import State, locked, make_folder
from backoffice.postgres.exceptions import ClusterError

if TYPE_CHECKING:
    from backoffice.postgres.embedded.primary import Primary
    from backoffice.postgres.embedded.replica import Replica

DATABASE = "backoffice"
NODES = ("primary", "replica")
# Role in an address → role in PostgreSQL.
ROLES = {
    "owner": "owner",
    "console": "console",
    "console_ro": "console_ro",
    "reports": "reports",
    "product": "product",
    "importer": "importer",
    "superuser": "postgres",
}
# Below the ports that the system hands to outgoing connections.
PORTS = range(20_000, 32_000)


@dataclass(frozen=True)
class Status:
    """What one node is doing. `detail` is a phrase for people."""

    node: str
    running: bool
    port: int
    detail: str


class Cluster:
    """A primary and its standby below `path`; several processes may hold one at a time.

    Addresses, passwords and secrets are there before the cluster ever ran. `start` and `stop` may
    be called at any time, by anyone, and mend what a kill left behind.

        cluster = Cluster(Path(".data/cluster"))
        cluster.start()
        psycopg.connect(cluster.url("primary", "console"))
    """

    def __init__(self, path: Path) -> None:
        package()  # Says so when it is missing, before anything is asked of it.
        self.path = path
        self.state = State(path)

    def url(self, node: str, role: str, database: str = DATABASE) -> str:
        """The address of a node for a role: `postgres://role:password@127.0.0.1:port/database`."""
        if node not in NODES or role not in ROLES:
            raise ClusterError(
                f"There is no {role!r} on {node!r}. Nodes: {', '.join(NODES)}. "
                f"Roles: {', '.join(ROLES)}."
            )
        password = self.secret(f"role {role}")
        return (
            f"postgres://{ROLES[role]}:{password}@127.0.0.1:{self.port(node)}/"
            f"{quote(database, safe='')}"
        )

    def port(self, node: str) -> int:
        """The loopback port of a node, chosen when it is first asked for."""
        return int(self.state.get_or_make(f"port {node}", _free_port))

    def change_port(self, node: str) -> None:
        """Choose another port for a node, whose own was taken while it was stopped."""
        self.state.set(f"port {node}", _free_port(self.state.all()))

    def secret(self, name: str) -> str:
        """A random secret of that name, the same for ever after."""
        return str(self.state.get_or_make(f"secret {name}", lambda known: secrets.token_hex(24)))

    def make_volatile(self) -> None:
        """Trade safety against power cuts for speed; for tests, before the first start."""
        self.state.set("durable", False)

    def start(self, *nodes: str) -> None:
        """Start the named nodes, or both; what is broken is mended, what runs is left alone."""
        with self._alone():
            for node in _chosen(nodes):
                self._node(node).start()

    def stop(self, *nodes: str) -> None:
        """Stop the named nodes, or both, the standby first."""
        if not self.state.get("home"):
            return
        with self._alone():
            for node in reversed(_chosen(nodes)):
                self._node(node).stop()

    def discard_replica(self) -> None:
        """Forget the standby, and what the primary keeps for it; the next start makes a new one.

        Cheaper than catching up when it has not run for long. The primary must run.
        """
        with self._alone():
            self._replica.discard()

    def status(self) -> list[Status]:
        """What each node is doing now."""
        if not self.state.get("home"):
            return [Status(node, False, self.port(node), "not made yet") for node in NODES]
        return [self._node(node).status() for node in NODES]

    def remove(self) -> None:
        """Stop everything and delete the data; the ports and passwords are kept."""
        import shutil

        self.stop()
        if self.state.get("home"):
            home = Path(self.state.get("home"))
            # Elsewhere the data have a folder of their own around them.
            shutil.rmtree(home if home.parent == self.path else home.parent, ignore_errors=True)
            self.state.forget("home")
        for name in ("_primary", "_replica"):
            self.__dict__.pop(name, None)

    def _node(self, name: str) -> Primary | Replica:
        return self._primary if name == "primary" else self._replica

    @cached_property
    def _primary(self) -> Primary:
        from backoffice.postgres.embedded.primary import Primary

        return Primary(self)

    @cached_property
    def _replica(self) -> Replica:
        from backoffice.postgres.embedded.replica import Replica

        return Replica(self, self._primary)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        make_folder(self.path)
        with locked(self.path / "cluster.lock"):
            yield


def _chosen(nodes: tuple[str, ...]) -> list[str]:
    unknown = set(nodes) - set(NODES)
    if unknown:
        raise ClusterError(f"There is no node {', '.join(sorted(unknown))}. Use primary, replica.")
    return [node for node in NODES if not nodes or node in nodes]


def _free_port(known: dict[str, Any]) -> int:
    from backoffice.postgres.embedded.server import port_is_free

    taken = {value for key, value in known.items() if key.startswith("port ")}
    choices = [port for port in random.sample(PORTS, 200) if port not in taken]
    for port in choices:
        if port_is_free(port):
            return port
    raise ClusterError("No loopback port between 20000 and 32000 is free. Close what holds them.")
