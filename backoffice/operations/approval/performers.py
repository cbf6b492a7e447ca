"""Who stands behind a request: the one who asks, and the two together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from backoffice.accounts.access import hide_restricted
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role, declare_permission
from backoffice.entities.entity import Entity
from backoffice.operations.base import Operation
from backoffice.operations.performers import StaffPerformer

ASK = "approval.ask_request"
declare_permission(
    ASK,
    [Role.VIEWER, Role.OPERATOR, Role.ADMIN, Role.DEVELOPER],
    label=gettext_lazy("Ask others for what one's role may not do"),
)


def may_ask(staff: Staff, operation: Operation) -> bool:
    """Whether someone may send the operation to others for approval at all."""
    changes = operation.askable and not operation.immediate
    return changes and staff.is_active and staff.has_perm(ASK)


@dataclass(frozen=True)
class Asking(StaffPerformer):
    """Someone whose role does not allow an operation, and who may look what it would do.

    The pipeline previews for them and carries nothing out.
    """

    only_asks: ClassVar[bool] = True

    def may(self, operation: Operation) -> bool:
        return may_ask(self.staff, operation)


def asking(performer: StaffPerformer, operation: Operation) -> StaffPerformer:
    """The person as one who may only ask, where they may not do it by themselves but may ask."""
    if performer.may(operation) or not may_ask(performer.staff, operation):
        return performer
    return Asking(performer.staff)


def ask_url(performer: StaffPerformer, operation: Operation, pk: int) -> str:
    """Where a person who may not do it alone asks for one record; "" where they need not, or may
    not ask either.
    """
    if not isinstance(asking(performer, operation), Asking):
        return ""
    address = reverse("operations-run", args=[operation.name])
    return f"{address}?{urlencode({'target': pk, 'ask': 1})}"


@dataclass(frozen=True)
class Agreed(StaffPerformer):
    """The one who asked, with the permission of the one who approves; what both of them see."""

    approver: Staff

    def may(self, operation: Operation) -> bool:
        asks = super().may(operation) or may_ask(self.staff, operation)
        return asks and operation.may_approve(StaffPerformer(self.approver), ())

    def records(self, entity: Entity) -> QuerySet[Any]:
        records = super().records(entity)
        if not self.approver.has_perm(entity.view_permission):
            return records.none()
        if not entity.scope_field:
            return records
        return hide_restricted(records, self.approver, entity.scope_field)
