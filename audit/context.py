"""Who and why, carried into the database: the console's way and every other service's way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, transaction

from audit.actors import Actor
from audit.models import Outcome

# The transaction-local settings of the context contract, with the database's limits in characters.
SETTINGS = {
    "actor_kind": 8,
    "actor_id": 64,
    "actor_label": 200,
    "reason": 1000,
    "ticket": 64,
    "tool": 100,
    "request_id": 64,
    "occurred_at": 64,
}


@dataclass(frozen=True)
class Opened:
    """The key of an event that was just written."""

    event_id: int
    event_at: datetime


@dataclass(frozen=True)
class Source:
    """Where an action comes from: the tool, the request's id, and the person's address."""

    tool: str = ""
    request_id: str = ""
    client_address: str | None = None


_source: ContextVar[Source] = ContextVar("audit_source")


@contextmanager
def source(value: Source) -> Iterator[None]:
    """All events written inside carry this source; what was before comes back afterwards."""
    token = _source.set(value)
    try:
        yield
    finally:
        _source.reset(token)


def current_source() -> Source:
    """Where what runs now comes from, to be kept for what it leaves to run later."""
    return _source.get(Source())


def payload_of(
    name: str,
    kind: str,
    outcome: str,
    actor: Actor,
    params: Mapping[str, Any],
    details: Mapping[str, Any],
) -> str:
    """An event as the database's functions take it: JSON.

    `details` may hold reason, ticket, detail, target_count, entity, record_id, scope, parent_id,
    approver_id and approver_label; longer texts than the columns are refused there, not cut.
    """
    origin = _source.get(Source())
    return json.dumps(
        {
            "name": name,
            "kind": str(kind),
            "outcome": str(outcome),
            "actor_kind": str(actor.kind),
            "actor_id": actor.id,
            "actor_label": actor.label,
            "params": dict(params),
            "tool": origin.tool,
            "request_id": origin.request_id,
            "client_address": origin.client_address,
            **{key: value for key, value in details.items() if value is not None},
        },
        cls=DjangoJSONEncoder,
    )


@contextmanager
def change(
    name: str,
    *,
    actor: Actor,
    reason: str,
    params: Mapping[str, Any] | None = None,
    using: str = "default",
    **details: Any,
) -> Iterator[Opened]:
    """Open one transaction and its one event; every change of tracked rows inside belongs to it.

    Args:
        name: a declared event.
        actor: who does it.
        reason: the sentence why.
        params: what the event's declaration requires, and more; plain JSON.
        using: the database alias; the primary unless a migration or script says otherwise.
        details: further columns, see `payload_of`.

    Raises UnknownEvent or IncompleteEvent before anything is done. An exception inside rolls back
    the changes together with the event.
    """
    from audit.events import checked

    declaration = checked(name, params or {})
    details = {"reason": reason, **details}
    payload = payload_of(name, declaration.kind, Outcome.SUCCEEDED, actor, params or {}, details)
    with transaction.atomic(using=using, durable=True):
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT event_id, event_at FROM public.audit_open(%s::jsonb)", [payload])
            opened = Opened(*cursor.fetchone())
        yield opened


class Cursor(Protocol):
    """What `claim` needs of a cursor, Django's or psycopg's."""

    def execute(self, query: Any, params: Any = None) -> Any: ...


def announce(
    cursor: Cursor,
    *,
    actor: Actor,
    reason: str = "",
    tool: str = "",
    request_id: str = "",
    occurred_at: datetime | None = None,
) -> None:
    """The context contract for services with their own connection: for the whole transaction.

    Sets the transaction-local settings in one statement; the transaction's end takes them away.
    `occurred_at` is honoured for the importer's role only.
    """
    _configure(cursor, _contract(actor, reason, tool, request_id, occurred_at))


@contextmanager
def claim(
    cursor: Cursor,
    *,
    actor: Actor,
    reason: str = "",
    tool: str = "",
    request_id: str = "",
    occurred_at: datetime | None = None,
) -> Iterator[None]:
    """As `announce`, for a part of a transaction: what was set before comes back afterwards."""
    values = _contract(actor, reason, tool, request_id, occurred_at)
    before = _settings(cursor, values)
    _configure(cursor, values)
    yield
    # Not in a finally: after an error the transaction is aborted, and its settings go with it.
    _configure(cursor, before)


def _contract(
    actor: Actor, reason: str, tool: str, request_id: str, occurred_at: datetime | None
) -> dict[str, str]:
    return {
        "actor_kind": str(actor.kind),
        "actor_id": actor.id,
        "actor_label": actor.label,
        "reason": reason,
        "tool": tool,
        "request_id": request_id,
        "occurred_at": occurred_at.isoformat() if occurred_at else "",
    }


def _settings(cursor: Any, names: Mapping[str, str]) -> dict[str, str]:
    columns = ", ".join(["coalesce(current_setting(%s, true), '')"] * len(names))
    cursor.execute(f"SELECT {columns}", [f"backoffice.{name}" for name in names])
    return dict(zip(names, cursor.fetchone(), strict=True))


def _configure(cursor: Any, values: Mapping[str, str]) -> None:
    calls = ", ".join(["set_config(%s, %s, true)"] * len(values))
    pairs = [part for name, value in values.items() for part in (f"backoffice.{name}", value)]
    cursor.execute(f"SELECT {calls}", pairs)
