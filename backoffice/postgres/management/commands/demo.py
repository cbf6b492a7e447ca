"""`manage.py demo`: the whole console on this machine, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from backoffice import env
from backoffice.postgres.cluster import Cluster
from backoffice.postgres.demo.children import AlreadyRunning, Children
from backoffice.postgres.demo.ports import answers, free_port
from backoffice.postgres.exceptions import ClusterError

# What an area's seed_demo returns when it finds only a part of its data. Nobody has worked on it.
BROKEN_OFF = 3
# How long a server may take to answer for the first time, seconds.
PATIENCE = 60
WEB = (
    *("-m", "gunicorn", "backoffice.wsgi:application", "--workers", "2", "--threads", "4"),
    # The control socket would be opened in the home folder.
    # A pasted text is part of the address: the console says itself when it is too long.
    *("--limit-request-line", "8190"),
    *("--no-control-socket", "--log-level", "warning", "--graceful-timeout", "3"),
)


@contextmanager
def environment(name: str, value: str) -> Iterator[None]:
    """A variable for what is done inside; libpq reads it when it connects."""
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]


class Stop(BaseException):
    """Somebody asked the demo to end."""


class Command(BaseCommand):
    help = (
        "Run the console on this machine: PostgreSQL primary and standby, demo data, a local"
        " sign-in provider, and the web server on 127.0.0.1:$PORT. Ctrl-C ends all of it."
    )
    # The database does not run yet.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            names = ", ".join(settings.PRODUCTION_VARIABLES)
            raise CommandError(f"The demo brings its own database. Unset {names}.")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        cluster = Cluster(settings.DATA_DIR / "cluster")
        children: Children | None = None
        try:
            children = Children(settings.DATA_DIR)
            self._run(cluster, children)
        except AlreadyRunning as error:
            raise CommandError(
                f"A demo of this checkout runs already{f' at {error}' if str(error) else ''}."
                " End it first, or set BACKOFFICE_DATA to another folder."
            ) from None
        except ClusterError as error:
            raise CommandError(str(error)) from error
        except Stop:
            self._say("")
        finally:
            if children is not None:
                self._end(cluster, children)

    def _run(self, cluster: Cluster, children: Children) -> None:
        left = children.end_leftovers()
        if left:
            self._say(f"Ended {left} processes that an earlier demo left behind.")
        self._say("Starting PostgreSQL, primary and standby …")
        self._start_cluster(cluster)
        self._say("Migrating …")
        call_command("migrate", verbosity=0, interactive=False)
        self._seed(cluster)
        connections.close_all()
        address = self._start_servers(children)
        children.record(address)
        self._say(f"\nThe console is at {address}   (Ctrl-C ends it)")
        self._watch(children)

    def _seed(self, cluster: Cluster) -> None:
        """Let the area beside the machines, if it has demo data, make them when there are none."""
        if "seed_demo" not in get_commands():
            return
        try:
            self._make_data()
        except CommandError as error:
            if error.returncode != BROKEN_OFF:
                raise
            self._say("Making demo data was broken off the last time: beginning afresh …")
            connections.close_all()
            cluster.remove()
            self._start_cluster(cluster)
            call_command("migrate", verbosity=0, interactive=False)
            self._make_data()

    def _make_data(self) -> None:
        # Thousands of customers' transactions need not wait for the disk one by one.
        with environment("PGOPTIONS", "-c synchronous_commit=off"):
            call_command("seed_demo", "--if-empty", stdout=self.stdout)

    def _start_cluster(self, cluster: Cluster) -> None:
        """Settings know the addresses from before; when one has moved, begin again with the new."""
        before = cluster.port("primary"), cluster.port("replica")
        cluster.start()
        if before != (cluster.port("primary"), cluster.port("replica")):
            self._say("A port was taken, so PostgreSQL moved to another.")
            self.stdout.flush()
            os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - ourselves again

    def _start_servers(self, children: Children) -> str:
        wanted = int(env.number("PORT", 8000, minimum=1))
        provider, port = free_port(), free_port(wanted)
        if port != wanted:
            self._say(f"Port {wanted} is taken; using {port} instead.")
        self._say("Starting the sign-in provider, the web server and the job worker …")
        issuer = f"http://127.0.0.1:{provider}"
        addresses = {"GOOGLE_OIDC_ENDPOINT": issuer}
        children.start(
            "the sign-in provider",
            ["manage.py", "local_provider", "--port", str(provider)],
            addresses,
        )
        children.start("the web server", [*WEB, "--bind", f"127.0.0.1:{port}"], addresses)
        children.start("the job worker", ["manage.py", "worker"], addresses, lasting=True)
        self._wait(children, f"{issuer}/.well-known/openid-configuration")
        self._wait(children, f"http://127.0.0.1:{port}/healthz")
        return f"http://127.0.0.1:{port}/"

    def _wait(self, children: Children, address: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not answers(address):
            self._complain(children)
            if time.monotonic() > deadline:
                raise CommandError(f"{address} does not answer after {PATIENCE} s.")
            time.sleep(0.1)
        # Another program may have taken the port just before our server wanted it.
        self._complain(children)

    def _watch(self, children: Children) -> None:
        while True:
            self._complain(children)
            time.sleep(0.5)

    def _complain(self, children: Children) -> None:
        ended = children.ended()
        if ended:
            raise CommandError(f"{ended} has ended; what it said is above. Stopping the rest.")

    def _end(self, cluster: Cluster, children: Children) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # Once is enough; this takes seconds.
        self._say("Stopping …")
        children.stop()
        cluster.stop()
        self._say("Stopped. The data is kept for the next time.")

    def _say(self, text: str) -> None:
        # Whoever read our output may have gone; there is still everything to be ended.
        with suppress(OSError):
            self.stdout.write(text)
            self.stdout.flush()


def _stop(number: int, frame: Any) -> None:
    raise Stop
