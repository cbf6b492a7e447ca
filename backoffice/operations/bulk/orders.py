"""What a run asks for, as orders of the pipeline: for a batch, and as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from audit.actors import Actor
from backoffice.accounts.models import Staff
from backoffice.operations import registry
from backoffice.operations.bulk.models import BulkRun
from backoffice.operations.bulk.signals import Stopped
from backoffice.operations.order import Order
from backoffice.operations.performers import StaffPerformer

# What of a list's or the activity's address is typed, not chosen.
TYPED = {"q", "text"}


def owner_of(run: BulkRun) -> Staff:
    """Its owner as they are now; Stopped when they may not do this any more."""
    staff = Staff.objects.using("default").get(pk=run.staff_id)
    operation = registry.get(run.operation)
    if not staff.is_active:
        raise Stopped(_("%s is no longer active.") % staff)
    if not StaffPerformer(staff).may(operation):
        text = _("%(who)s no longer holds the permission “%(permission)s”.")
        raise Stopped(text % {"who": staff, "permission": operation.permission})
    return staff


def order_for(run: BulkRun, keys: Sequence[int], staff: Staff | None = None) -> Order:
    """The order of some of a run's records; who asks is looked at anew each time."""
    performer = StaffPerformer(staff or owner_of(run))
    operation = registry.get(run.operation)
    form = operation.form(run.params, performer, keys)
    if not form.is_valid():
        problems = "; ".join(f"{name}: {' '.join(map(str, e))}" for name, e in form.errors.items())
        raise Stopped(_("What was filled in is not right any more. %s") % problems[:500])
    return Order(
        operation=operation,
        performer=performer,
        keys=list(keys),
        params=form.cleaned_data,
        reason=run.reason,
        ticket=run.ticket,
        noted=operation.notes(performer),
        given=run.params,
        approver=approver_of(run),
        parent_id=run.parent_event,
    )


def whole_order(run: BulkRun, staff: Staff | None = None) -> Order:
    """All that a run would be done to, for who asks whether somebody must agree to it."""
    ready = run.items.using("default").filter(state__in=["ready", "done", "failed", "conflict"])
    keys = list(ready.order_by("key").values_list("key", flat=True))
    order = order_for(run, keys[:1], staff)
    order.keys = order.asked = keys
    order.scopes = list(run.scopes)
    return order


def approver_of(run: BulkRun) -> Actor | None:
    """Who agreed to it, if somebody had to."""
    if not run.approver_id:
        return None
    return Actor(run.approver_kind, run.approver_id, run.approver_label)


def summary(run: BulkRun) -> dict[str, Any]:
    """What its events say of it: the operation, what was chosen how, and the counts."""
    return {
        "operation": run.operation,
        "run": str(run.token),
        "selection": {"kind": run.selection.kind, "query": untyped(run.selection.query)[:500]},
        "chosen": run.selection.count,
        "counts": {
            "total": run.total,
            "left_out": run.refused,
            "done": run.done,
            "failed": run.failed,
            "conflicts": run.conflicts,
        },
        **({"scopes": [str(scope) for scope in run.scopes]} if len(run.scopes) > 1 else {}),
        # Someone acts in a role that was lent to them.
        **({"elevated_to": run.staff.current_role} if run.staff.is_elevated else {}),
    }


def untyped(query: str) -> str:
    """A query without what somebody typed into it, often the address of a customer's person.

    Events are for ever and for many eyes; the search itself has an event of its own, for few.
    """
    params = QueryDict(query, mutable=True)
    for name in TYPED & params.keys():
        params[name] = "…"
    return params.urlencode()


def about(run: BulkRun) -> dict[str, Any]:
    """What its events say in columns of their own."""
    return {
        "reason": run.reason,
        "ticket": run.ticket,
        "entity": registry.get(run.operation).entity,
        "scope": run.scopes[0] if len(run.scopes) == 1 else None,
        "approver_id": run.approver_id or None,
        "approver_label": run.approver_label or None,
    }
