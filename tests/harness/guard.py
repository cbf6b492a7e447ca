"""The tests run on this machine's databases or not at all."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from typing import Any

from psycopg.conninfo import conninfo_to_dict

WARNING = """
!!! =========================================================================================== !!!
!!!  THE TESTS REFUSE TO RUN: these databases are not on this machine.                          !!!
!!!  Tests create, change and drop databases. Somebody's real data may be there.                !!!
!!! =========================================================================================== !!!
{found}
Unset what points there, or run `make test`, which brings a database of its own.
"""


def refusal(databases: Mapping[str, Mapping[str, Any]]) -> str:
    """The warning when any of Django's databases is elsewhere; "" when all are here."""
    found = [f"  {alias}: {where}" for alias, d in databases.items() if (where := _elsewhere(d))]
    return WARNING.format(found="\n".join(found)) if found else ""


def _elsewhere(database: Mapping[str, Any]) -> str:
    """Where a database is, when that is not here. All that libpq would connect by is looked at."""
    options = {k: v for k, v in database.get("OPTIONS", {}).items() if isinstance(v, str | int)}
    options = {k: v for k, v in options.items() if k in {"host", "hostaddr", "service"}}
    parts = conninfo_to_dict(host=database.get("HOST", "") or None, **options)
    if "service" in parts:
        return f"service {parts['service']}, which may be anywhere"
    hosts = f"{parts.get('host') or ''},{parts.get('hostaddr') or ''}".split(",")
    return next((host for host in hosts if host and not is_local(host)), "")


def is_local(host: str) -> bool:
    """Whether a host is a socket's folder or every address of it is a loopback one."""
    if host.startswith(("/", "@")):
        return True
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(a).is_loopback for a in found)
