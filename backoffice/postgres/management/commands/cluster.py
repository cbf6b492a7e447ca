"""`manage.py cluster`: look at the embedded cluster, get an address, break a part on purpose."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backoffice.postgres.cluster import NODES, ROLES, Cluster
from backoffice.postgres.demo.children import AlreadyRunning, Children
from backoffice.postgres.exceptions import ClusterError


class Command(BaseCommand):
    help = (
        "The embedded PostgreSQL of the demo: its status, an address for psql (alone on the last"
        " line), start and stop of a node. Works beside a running `make demo`."
    )
    # It must work when the database does not.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("status", help="Say what each node is doing.")
        url = actions.add_parser("url", help="Print the address of a node.")
        url.add_argument("node", choices=NODES)
        url.add_argument(
            "--role", choices=ROLES, help="Default: console on the primary, console_ro elsewhere."
        )
        for action in ("start", "stop"):
            node = actions.add_parser(action, help=f"{action.title()} a node, or both.")
            node.add_argument("node", choices=NODES, nargs="?")
        actions.add_parser("remove", help="Stop both nodes and delete their data.")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "This console runs on DATABASE_URL and has no embedded cluster. Use the tools of "
                "the database's own operators."
            )
        try:
            getattr(self, f"_{action}")(Cluster(settings.DATA_DIR / "cluster"), options)
        except ClusterError as error:
            raise CommandError(str(error)) from error

    def _status(self, cluster: Cluster, options: dict[str, Any]) -> None:
        for status in cluster.status():
            state = "running" if status.running else "stopped"
            self.stdout.write(f"{status.node:8} {state:8} port {status.port}  {status.detail}")

    def _url(self, cluster: Cluster, options: dict[str, Any]) -> None:
        node = options["node"]
        role = options["role"] or ("console" if node == "primary" else "console_ro")
        self.stdout.write(cluster.url(node, role))

    def _start(self, cluster: Cluster, options: dict[str, Any]) -> None:
        cluster.start(*filter(None, [options["node"]]))
        self._status(cluster, options)

    def _stop(self, cluster: Cluster, options: dict[str, Any]) -> None:
        cluster.stop(*filter(None, [options["node"]]))
        self._status(cluster, options)

    def _remove(self, cluster: Cluster, options: dict[str, Any]) -> None:
        try:
            children = Children(settings.DATA_DIR)
        except AlreadyRunning:
            raise CommandError("A demo of this checkout runs on it. End that first.") from None
        children.end_leftovers()
        cluster.remove()
        self.stdout.write("The embedded cluster and its data are gone.")
