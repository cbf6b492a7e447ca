"""The provider's own small web server, on loopback only."""

from __future__ import annotations

from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings

from backoffice.accounts.local_provider.provider import Provider

ADDRESS = "127.0.0.1"


class Server(ThreadingMixIn, WSGIServer):
    """A thread for each request; none of them keeps the process alive."""

    daemon_threads = True
    # So that a second start is not refused while the first one's connections fade.
    allow_reuse_address = True


class _QuietHandler(WSGIRequestHandler):
    """Logs nothing, and does not wait for ever on a silent client."""

    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the console's own events tell who signed in."""


def build_server(port: int, provider: type[Provider] = Provider) -> Server:
    """A listening server with its provider as `application`; port 0 takes a free one.

    Raises OSError when the port is taken.
    """
    server = make_server(ADDRESS, port, _no_application, Server, _QuietHandler)
    issuer = f"http://{ADDRESS}:{server.server_port}"
    server.set_app(provider(issuer, settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET))
    return server


def _no_application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Stands in until the port, and so the issuer's address, is known."""
    start_response("503 Service Unavailable", [])
    return []
