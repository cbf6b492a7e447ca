"""Ask for another role for a while; an administrator agrees, and it ends by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.accounts.models import ELEVATED_ROLES, Staff
from backoffice.accounts.roles import Role
from backoffice.accounts.targets import Oneself
from backoffice.entities import registry as entities
from backoffice.operations.base import Operation
from backoffice.operations.registry import register
from backoffice.operations.targets import Targets

if TYPE_CHECKING:
    from backoffice.operations.order import Order
    from backoffice.operations.performers import Performer

# For how long a role is lent, in minutes.
SHORTEST, LONGEST, USUAL = 15, 8 * 60, 60


class ElevationForm(forms.Form):
    """Which role, and for how long from the moment that someone agrees."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role, Role(role).label) for role in ELEVATED_ROLES if role != Role.VIEWER],
        initial=Role.OPERATOR,
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=USUAL,
        help_text=_("From 15 minutes to 8 hours (480), counted from when someone agrees."),
    )


@register
class Elevate(Operation):
    """Nobody elevates themselves: it is always an administrator who agrees.

    Who is only elevated to one does not count, or two people could lend each other the role for
    ever.
    """

    name: ClassVar[str] = "staff.elevate"
    entity: ClassVar[str] = "staff"
    label: ClassVar[str | Promise] = _("Ask for another role for a while")
    sentence: ClassVar[Promise] = ngettext_lazy(
        "Lend %(count)s person another role", "Lend %(count)s people another role", "count"
    )
    event: ClassVar[str] = "staff.elevated"
    icon: ClassVar[str] = "arrow-up"
    roles: ClassVar[tuple[Role, ...]] = (
        Role.VIEWER,
        Role.OPERATOR,
        Role.AUDITOR,
        Role.DEVELOPER,
    )
    form_class: ClassVar[type[forms.Form]] = ElevationForm
    consequence: ClassVar[str | Promise] = _(
        "You act in that role instead of your own until the time is over, or you end it."
    )

    @cached_property
    def targets(self) -> Targets:
        return Oneself(entities.get(self.entity))

    @property
    def several(self) -> bool:
        """One person at a time: oneself."""
        return False

    def concerns(self, staff: Any, record: Any) -> bool:
        """Offered on one's own page."""
        mine = staff.pk == record.pk and not record.is_elevated
        return bool(mine and staff.has_perm(self.permission))

    def approval(self, order: Order) -> str | Promise:
        """Always."""
        return _("nobody lends themselves a role")

    def may_approve(self, performer: Performer, keys: Sequence[int]) -> bool:
        """Administrators by their own role."""
        staff = getattr(performer, "staff", None)
        return staff is not None and staff.is_active and staff.role == Role.ADMIN

    def refusals(self, records: Iterable[Any], params: Mapping[str, Any]) -> dict[Any, Any]:
        refused: dict[Any, Any] = {}
        for person in records:
            if person.elevated_role:
                # Also when its time is over, until its end is on record: a minute at most.
                refused[person.pk] = _("acts in another role already: end that first")
            elif person.role == params.get("role"):
                refused[person.pk] = _("has this role already")
        return refused

    def run(self, targets: QuerySet[Staff], params: Mapping[str, Any]) -> None:
        until = timezone.now() + timedelta(minutes=params["minutes"])
        targets.update(elevated_role=params["role"], elevated_until=until, updated_at=Now())
