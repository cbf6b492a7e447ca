"""The parts of a running console: web server, sign-in provider, primary and standby."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from tests.harness import databases
from tests.harness.databases import Database
from tests.harness.standby import Standby

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Stack:
    """A running console.

    Attributes:
        address: of the web server, without a slash at its end.
        database: the module's own, on the primary.
        standby: where the pages read from.
    """

    address: str
    database: Database
    standby: Standby
    numbers: Iterator[int]

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the primary holds, as the owner sees it."""
        with psycopg.connect(self.database.url("owner"), autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    @contextmanager
    def as_role(self, role: str) -> Iterator[psycopg.Connection[Any]]:
        """A connection of another service; afterwards its changes stand on the standby too."""
        with databases.connect(role) as connection:
            yield connection
        self.standby.catch_up()


class _Quiet(WSGIRequestHandler):
    """Requests are not written to the tests' output."""

    def log_message(self, *args: Any) -> None:
        """Said by the assertions instead."""


@contextmanager
def web_server() -> Iterator[str]:
    """The console on a free port of loopback, each request in a thread of its own."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def provider() -> Iterator[str]:
    """The stand-in for Google, as a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "manage.py", "local_provider", f"--port={port}"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=dict(os.environ))
    assert process.stdout is not None
    try:
        # It says its address when it listens; without a word it has ended.
        assert process.stdout.readline(), "the sign-in provider did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()
