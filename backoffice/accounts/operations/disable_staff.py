"""Switch people off: they are out at once, and nothing of theirs goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.accounts.administered import Administered
from backoffice.accounts.administrators import would_be_last
from backoffice.accounts.leaving import end_all
from backoffice.accounts.roles import Role
from backoffice.accounts.targets import Colleagues
from backoffice.entities import registry as entities
from backoffice.operations.registry import register
from backoffice.operations.targets import Targets

if TYPE_CHECKING:
    from backoffice.operations.order import Order


@register
class DisableStaff(Administered):
    name: ClassVar[str] = "staff.disable"
    entity: ClassVar[str] = "staff"
    label: ClassVar[str | Promise] = _("Switch off")
    sentence: ClassVar[Promise] = ngettext_lazy(
        "Switch %(count)s person off", "Switch %(count)s people off", "count"
    )
    event: ClassVar[str] = "staff.disabled"
    icon: ClassVar[str] = "power"
    rank: ClassVar[int] = 90
    inverse: ClassVar[str] = "staff.enable"
    dangerous: ClassVar[bool] = True
    consequence: ClassVar[str | Promise] = _(
        "Their sessions end at once. Their previews, requests and background runs are void."
    )

    @cached_property
    def targets(self) -> Targets:
        return Colleagues(entities.get(self.entity))

    def refusals(self, records: Iterable[Any], params: Mapping[str, Any]) -> dict[Any, Any]:
        found = list(records)
        refused: dict[Any, Any] = {
            one.pk: _("is switched off already") for one in found if not one.is_active
        }
        leaving = [one.pk for one in found if one.role == Role.ADMIN and one.is_active]
        if leaving and would_be_last(leaving):
            why = _("nobody else is an administrator: give someone else that role first")
            refused |= dict.fromkeys(leaving, why)
        return refused

    def perform(self, order: Order, records: Sequence[Any]) -> None:
        self.targets.queryset(order.keys).update(
            is_active=False, elevated_role="", elevated_until=None, updated_at=Now()
        )
        end_all(records, order.performer.actor)
