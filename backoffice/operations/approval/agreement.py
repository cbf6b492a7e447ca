"""Someone's agreement to exactly what they saw, as the pipeline asks for it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from audit.actors import Actor
from backoffice.accounts.models import Staff
from backoffice.operations.approval.access import refuse_to_decide
from backoffice.operations.approval.endings import end, locked
from backoffice.operations.approval.looking import Look, mark_of_changes, mark_of_versions
from backoffice.operations.approval.models import Request
from backoffice.operations.exceptions import Conflict
from backoffice.operations.findings import Findings
from backoffice.operations.order import Order


class Agreement:
    """What a colleague approved. Every moment of it is inside the order's own transaction.

    1. With the targets locked, the request is locked too: it must be open still, and the colleague
       must still be one who may decide.
    2. The targets must be in the versions that the colleague saw.
    3. What was done must be what they saw; only then the request ends, with the event's id.
    """

    def __init__(self, found: Request, staff: Staff, look: Look) -> None:
        self.request, self.staff, self.look = found, staff, look
        self.approver = Actor.staff(staff)

    def refuse_if_stale(self, order: Order) -> None:
        """Stop when the request, the colleague or the targets are not as they were."""
        self.request = locked(self.request.pk)
        refuse_to_decide(_as_now(self.staff), self.request)
        versions = order.operation.targets.versions(order.keys)
        if mark_of_versions(versions) != self.look.versions:
            raise _different(order)

    def refuse_if_different(self, order: Order, found: Findings) -> None:
        """Stop, before the commit, when something else was done than the colleague saw."""
        if mark_of_changes(found.effects, found.rows) != self.look.changes:
            raise _different(order)

    def mark_applied(self, event_id: int) -> None:
        """End the request in the transaction that carries it out."""
        end(self.request, Request.State.APPROVED, self.approver, by=self.staff, event_id=event_id)


def _as_now(staff: Staff) -> Staff:
    """The person as the database knows them at this moment, whatever their session remembers."""
    return Staff.objects.using("default").get(pk=staff.pk)


def _different(order: Order) -> Conflict:
    return Conflict(
        _(
            "It would do something else now than what you saw. Nothing was done, and the request is"
            " open still. Look at it again."
        ),
        keys=order.keys,
    )
