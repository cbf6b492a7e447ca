"""The closed list of events, and the one way to note one that changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.actors import Actor
from audit.context import Opened, payload_of
from audit.exceptions import DuplicateEvent, IncompleteEvent, UnknownEvent
from audit.models import Kind, Outcome


@dataclass(frozen=True)
class EventType:
    """A declared event.

    Args:
        name: `<noun>.<verb in the past>`, at most 64 characters.
        kind: one of `Kind`.
        sentence: what a person reads after the actor's name, translatable; it may name `{count}`.
        required: parameters that must be there for the sentence to be true.
    """

    name: str
    kind: str
    sentence: str | Promise
    required: tuple[str, ...] = ()


_declared: dict[str, EventType] = {}


def declare(
    name: str, sentence: str | Promise, kind: str = Kind.CHANGE, required: tuple[str, ...] = ()
) -> EventType:
    """Add an event to the closed list; a name that stands already is refused."""
    if name in _declared:
        raise DuplicateEvent(f"Event {name!r} is declared twice. Rename one of them.")
    _declared[name] = EventType(name, kind, sentence, required)
    return _declared[name]


def get(name: str) -> EventType:
    """The declaration of an event; UnknownEvent when there is none."""
    try:
        return _declared[name]
    except KeyError:
        raise UnknownEvent(
            f"Event {name!r} is not declared. Declare it with audit.events.declare at start-up."
        ) from None


def all_types() -> dict[str, EventType]:
    """Every declared event by name."""
    return dict(_declared)


def record(
    name: str,
    *,
    actor: Actor,
    outcome: str = Outcome.SUCCEEDED,
    params: Mapping[str, Any] | None = None,
    **details: Any,
) -> Opened:
    """Note an event that changes no tracked row: a read, a refusal, a preview, a sign-in.

    Args: as `context.payload_of`. It is written in a transaction of its own on the primary unless
    one is open already; raises when it cannot be, so the caller decides what to do without it.
    """
    checked(name, params or {})
    payload = payload_of(name, get(name).kind, outcome, actor, params or {}, details)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT event_id, event_at FROM public.audit_record(%s::jsonb)", [payload])
        return Opened(*cursor.fetchone())


def checked(name: str, params: Mapping[str, Any]) -> EventType:
    """The declaration, when all that it requires is there."""
    declaration = get(name)
    missing = [key for key in declaration.required if key not in params]
    if missing:
        raise IncompleteEvent(f"Event {name!r} needs {', '.join(missing)} in its parameters.")
    return declaration


# The one event that no operation announces: the database opens it for changes from elsewhere.
declare("records.changed", _("changed records"), Kind.CHANGE)
# What could not be kept of reads (audit/reads.py) is told once they can be written again.
declare("audit.reads_lost", _("could not keep some reads"), Kind.ACCESS, required=("count",))
# Months that went to files and came back (audit/retention.py).
for _name, _sentence in (
    ("audit.archived", _("archived a month of the audit")),
    ("audit.archive_restored", _("brought back an archived month of the audit")),
):
    declare(_name, _sentence, Kind.ACCESS, required=("archive", "month", "manifest_sha256"))
# Records that were there before their table was captured (audit/adoption.py).
declare("records.adopted", _("took existing records under capture"), Kind.CHANGE)
