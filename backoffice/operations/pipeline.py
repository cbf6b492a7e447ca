"""The one front door for writes: guard, validate, open event and transaction, lock, run.

`execute` carries an operation out; `preview.preview` walks the same steps and rolls back. Authors
of operations write none of these steps and can leave none out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.context import change
from audit.models import Event
from backoffice.entities import registry as entities
from backoffice.operations import registry
from backoffice.operations.base import Operation
from backoffice.operations.confirmation import refuse_unconfirmed
from backoffice.operations.exceptions import (
    AlreadyApplied,
    Conflict,
    Denied,
    Invalid,
    NeedsApproval,
)
from backoffice.operations.failures import failures_noted
from backoffice.operations.findings import written_by
from backoffice.operations.forms import ReasonForm, clean_targets
from backoffice.operations.order import Order, guard
from backoffice.operations.performers import Performer
from backoffice.operations.rates import refuse_too_much, refuse_too_much_at_once
from backoffice.operations.targets import set_aside
from backoffice.replicas import note_write, use_primary

if TYPE_CHECKING:
    from backoffice.operations.approval.agreement import Agreement
    from backoffice.operations.models import StoredPreview

LOCK_TIMEOUT = "3s"


@dataclass(frozen=True)
class Result:
    """A carried-out operation: its event and what it was done to."""

    event_id: int
    event_at: datetime
    operation: Operation
    keys: tuple[int, ...]


def execute(
    operation: str,
    targets: Iterable[object],
    params: Mapping[str, Any],
    *,
    actor: Performer,
    reason: str,
    ticket: str = "",
    preview: StoredPreview | None = None,
    agreement: Agreement | None = None,
    confirmed: str = "",
) -> Result:
    """Carry an operation out.

    Args:
        operation: its name.
        targets: primary keys of records of its entity, 1 to OPERATION_TARGET_LIMIT of them.
        params: raw input for its form.
        actor: who does it; there is no way without.
        reason: the sentence why, 4 to 1,000 characters.
        ticket: a ticket's number, if there is one.
        preview: what the person saw; when the targets changed since, nothing is done.
        agreement: who agreed to it and to what exactly, where a second person must.
        confirmed: what someone typed to confirm what they saw; asked for with a preview.

    Raises:
        UnknownOperation, Denied, NeedsApproval, Invalid, TooMany, Conflict, Expired, Failed.
        The data is then as it was, and all but UnknownOperation and Invalid leave an event.
    """
    with use_primary():
        seen = agreement or preview
        order = prepare(
            operation, targets, params, actor=actor, reason=reason, ticket=ticket, seen=seen
        )
        order.approver = agreement.approver if agreement else None
        if preview is not None and agreement is None:
            refuse_unconfirmed(order, confirmed, preview.staff)
        try:
            with failures_noted(order), paced(order), opened(order) as event:
                _carry_out(order, event.event_id, seen)
        except AlreadyApplied as before:
            first = Event.objects.using("default").get(pk=before.event_id)
            return Result(first.id, first.occurred_at, order.operation, tuple(order.keys))
    note_write()
    return Result(event.event_id, event.event_at, order.operation, tuple(order.keys))


@contextmanager
def paced(order: Order) -> Iterator[None]:
    """Refuse, before anything is locked, what is too much for one person in a short time."""
    refuse_too_much(order)
    yield


def _carry_out(order: Order, event_id: int, seen: StoredPreview | Agreement | None) -> None:
    """Lock first, then compare with what the person saw, then change."""
    records = lock(order)
    if seen is not None:
        seen.refuse_if_stale(order)
    refuse(order, records)
    refuse_without_approval(order)
    order.operation.perform(order, records)
    if seen is not None:
        seen.refuse_if_different(order, written_by(event_id))
        seen.mark_applied(event_id)
    refuse_too_much_at_once(order, event_id)


def refuse_without_approval(order: Order) -> None:
    """Stop where a second person must agree and none has."""
    if order.approver is not None:
        return
    if getattr(order.performer, "only_asks", False):
        raise Denied(_("Your role may not do this alone. Send it for approval."), keys=order.keys)
    why = order.operation.approval(order)
    if why:
        raise NeedsApproval(
            _("A second person must agree: %(why)s. Nothing was done.") % {"why": why},
            keys=order.keys,
        )


def prepare(
    name: str,
    targets: Iterable[object],
    params: Mapping[str, Any],
    *,
    actor: Performer,
    reason: str,
    ticket: str = "",
    seen: StoredPreview | Agreement | None = None,
) -> Order:
    """Guard and validate; nothing is written but the event of a refusal."""
    operation = registry.get(name)
    targets = list(targets)
    guard(operation, actor, targets)
    reason_form = ReasonForm({"reason": reason, "ticket": ticket})
    if operation.creates and seen is None:
        # Only a preview knows an id that was set aside for it; what anyone else sends is ignored.
        targets = [set_aside(entities.get(operation.entity))]
    keys = clean_targets(targets)
    if len(keys) > 1 and not operation.several:
        raise Invalid(_("This is done to one record at a time. Choose one."))
    form = operation.form(params, actor, keys)
    if not (reason_form.is_valid() and form.is_valid()):
        raise Invalid(_("Please correct what is marked."), {**reason_form.errors, **form.errors})
    return Order(
        operation=operation,
        performer=actor,
        keys=keys,
        params=form.cleaned_data,
        given=operation.kept(form),
        reason=reason_form.cleaned_data["reason"],
        ticket=reason_form.cleaned_data["ticket"],
        noted=operation.notes(actor),
    )


@contextmanager
def opened(order: Order) -> Iterator[Any]:
    """The order's transaction and event, with a limit on how long it may wait for locks."""
    with change(
        order.operation.event,
        actor=order.performer.actor,
        params=order.event_params(),
        **order.details(),
    ) as event:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        yield event


def lock(order: Order) -> list[Any]:
    """Lock the targets in the order of their keys; those one may not know of are refused."""
    records = order.operation.targets.lock(order.performer, order.keys)
    missing = sorted(set(order.keys) - {record.pk for record in records})
    if missing:
        raise Denied(
            ngettext(
                "One of the chosen records does not exist for you: #%(first)s. Nothing was done.",
                "%(count)d of the chosen records do not exist for you, #%(first)s among them. "
                "Nothing was done.",
                len(missing),
            )
            % {"count": len(missing), "first": missing[0]},
            missing=missing,
        )
    return records


def refuse(order: Order, records: list[Any]) -> None:
    """Stop when a record, locked now, cannot be a target (any more)."""
    refusals = order.operation.refusals(records, order.params)
    if refusals:
        key, why = next(iter(refusals.items()))
        raise Conflict(
            _("#%(key)s cannot: %(why)s. Nothing was done.") % {"key": key, "why": why},
            refusals=refusals,
            keys=order.keys,
        )
