"""Loopback ports of the demo's servers."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

from backoffice.postgres.embedded.server import port_is_free


def free_port(wanted: int | None = None) -> int:
    """The wanted port when a server may listen on it, else one that is free now."""
    if wanted and port_is_free(wanted):
        return wanted
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str) -> bool:
    """Whether an HTTP server answers there, whatever it says."""
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - the address is our own
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
