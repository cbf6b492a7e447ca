"""Preview: run the operation, let every constraint speak, read what it wrote, roll back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connections

from audit import events, selectors
from audit.differences import ABSENT
from audit.history_tables import Version
from audit.models import Effect, Outcome
from backoffice.entities import registry as entities
from backoffice.operations.models import StoredPreview
from backoffice.operations.order import Order
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import (
    failures_noted,
    lock,
    opened,
    prepare,
    target_queryset,
)
from backoffice.replicas import note_write, use_primary

# What a stored preview keeps: so many rows, and so much of a text in them, in characters.
ROWS_KEPT, TEXT_KEPT = 5_000, 300


class _RollBack(Exception):
    """Carries the findings out of a transaction that must not commit."""

    def __init__(self, findings: dict[str, Any]) -> None:
        self.findings = findings


def preview(
    operation: str,
    targets: Iterable[object],
    params: Mapping[str, Any],
    *,
    actor: StaffPerformer,
    reason: str,
    ticket: str = "",
) -> StoredPreview:
    """Find out exactly what an operation would do, and keep it for the person who asked.

    Records that cannot be targets are left out and listed with the reason; the preview's own
    targets are the rest. Arguments and errors are those of `pipeline.execute`. Changes nothing but
    its own event and its stored result.
    """
    with use_primary():
        order = prepare(operation, targets, params, actor=actor, reason=reason, ticket=ticket)
        with failures_noted(order):
            findings = _run_and_roll_back(order)
        stored = StoredPreview.objects.create(
            staff=actor.staff,
            operation=operation,
            targets=order.keys,
            params={key: str(value) for key, value in dict(params).items()},
            reason=order.reason,
            ticket=order.ticket,
            **findings,
        )
        events.record(
            order.operation.event,
            actor=actor.actor,
            outcome=Outcome.PREVIEWED,
            params=order.event_params(),
            **order.details(),
        )
    note_write()
    return stored


def _run_and_roll_back(order: Order) -> dict[str, Any]:
    """What would be written, found by writing it; the order keeps only what can be done."""
    try:
        with opened(order) as event:
            records = lock(order)
            refusals = order.operation.refusals(records, order.params)
            order.keys = [key for key in order.keys if key not in refusals]
            latest = selectors.last_versions(order.entity.model, order.keys, using="default")
            if order.keys:
                order.operation.run(target_queryset(order), order.params)
            with connections["default"].cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            effects = _effects(event.event_id)
            raise _RollBack(
                {
                    "versions": {key: version.history_id for key, version in latest.items()},
                    "refusals": [[key, str(why)] for key, why in refusals.items()],
                    "effects": effects,
                    "rows": _rows(event.event_id, {effect["entity"] for effect in effects}),
                }
            )
    except _RollBack as done:
        return done.findings


def _effects(event_id: int) -> list[dict[str, Any]]:
    fields = ("entity", "verb", "fields", "count")
    found = Effect.objects.using("default").filter(event_id=event_id).order_by("id")
    return list(found.values(*fields))


def _rows(event_id: int, names: set[str]) -> list[dict[str, Any]]:
    """The very history rows that were written, as JSON takes them."""
    found: list[dict[str, Any]] = []
    for name in sorted(names):
        model = entities.get(name).model
        versions = selectors.versions_of_event(
            model, [event_id], limit=ROWS_KEPT - len(found), using="default"
        )
        found += [_row(version) for version in versions]
    return found


def _row(version: Version) -> dict[str, Any]:
    changes = {} if version.created or version.deleted else version.changes
    return {
        "entity": version.entity,
        "id": version.record_id,
        "verb": version.verb,
        "changes": {name: [_kept(old), _kept(new)] for name, (old, new) in changes.items()},
    }


def _kept(value: Any) -> Any:
    if value is ABSENT:
        return None
    return value[:TEXT_KEPT] if isinstance(value, str) else value
