"""Give people another role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

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
    form_class: ClassVar[type[forms.Form]] = RoleForm
    consequence: ClassVar[str | Promise] = _(
        "What they may do changes at their next click. An elevation ends."
    )

    @cached_property
    def targets(self) -> Targets:
        return Colleagues(entities.get(self.entity))

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
