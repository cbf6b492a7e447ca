"""Preview: run the operation, let every constraint speak, read what it wrote, roll back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from audit import events
from audit.models import Outcome
from backoffice.operations.failures import failures_noted
from backoffice.operations.findings import written_by
from backoffice.operations.models import StoredPreview
from backoffice.operations.order import Order
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import lock, opened, paced, prepare
from backoffice.replicas import note_write, use_primary


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
        with failures_noted(order), paced(order):
            findings = try_out(order)
        stored = StoredPreview.objects.create(
            staff=actor.staff,
            operation=operation,
            targets=order.keys,
            params=order.given,
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


def try_out(order: Order) -> dict[str, Any]:
    """What would be written, found by writing it; the order keeps only what can be done."""
    try:
        with opened(order) as event:
            records = lock(order)
            refusals = order.operation.refusals(records, order.params)
            order.keys = [key for key in order.keys if key not in refusals]
            versions = order.operation.targets.versions(order.keys)
            if order.keys:
                doable = [record for record in records if record.pk not in refusals]
                order.operation.perform(order, doable)
            found = written_by(event.event_id)
            raise _RollBack(
                {
                    "versions": versions,
                    "refusals": [[key, str(why)] for key, why in refusals.items()],
                    "effects": found.effects,
                    "rows": found.rows,
                    "digest": found.digest,
                }
            )
    except _RollBack as done:
        return done.findings
