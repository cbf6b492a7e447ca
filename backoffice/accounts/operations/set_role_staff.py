"""Give people another role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.accounts.administered import Administered
from backoffice.accounts.administrators import would_be_last
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role
from backoffice.accounts.targets import Colleagues
from backoffice.entities import registry as entities
from backoffice.operations.registry import register
from backoffice.operations.targets import Targets

if TYPE_CHECKING:
    from backoffice.operations.performers import Performer


class RoleForm(forms.Form):
    """The role that they have from then on."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


@register
class SetRole(Administered):
    """An elevation ends with it: whoever changes someone's role means what they may do now."""

    name: ClassVar[str] = "staff.set_role"
    entity: ClassVar[str] = "staff"
    label: ClassVar[str | Promise] = _("Change the role")
    sentence: ClassVar[Promise] = ngettext_lazy(
        "Change the role of %(count)s person", "Change the role of %(count)s people", "count"
    )
    event: ClassVar[str] = "staff.role_set"
    icon: ClassVar[str] = "key"
    rank: ClassVar[int] = 40
    consequence: ClassVar[str | Promise] = _(
        "What they may do changes at their next click. An elevation ends."
    )

    @cached_property
    def targets(self) -> Targets:
        return Colleagues(entities.get(self.entity))

    def form(
        self, data: Mapping[str, Any] | None, performer: Performer, keys: Sequence[int]
    ) -> forms.Form:
        """Begins with the role that the one person has."""
        people = Staff.objects.using("default").filter(pk__in=keys[:2])
        roles = list(people.values_list("role", flat=True)) if data is None else []
        return RoleForm(data, initial={"role": roles[0]} if len(roles) == 1 else {})

    def refusals(self, records: Iterable[Any], params: Mapping[str, Any]) -> dict[Any, Any]:
        found, role = list(records), params.get("role")
        if role is None:
            return {}
        refused: dict[Any, Any] = {
            one.pk: _("has this role already") for one in found if one.role == role
        }
        demoted = [one.pk for one in found if one.role == Role.ADMIN and one.role != role]
        if demoted and would_be_last(demoted):
            why = _("nobody else is an administrator: give someone else that role first")
            refused |= dict.fromkeys(demoted, why)
        return refused

    def run(self, targets: QuerySet[Staff], params: Mapping[str, Any]) -> None:
        targets.update(role=params["role"], elevated_role="", elevated_until=None, updated_at=Now())
