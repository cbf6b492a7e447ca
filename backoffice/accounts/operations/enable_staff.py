"""Switch people on again, with the role that they had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.accounts.administered import Administered
from backoffice.accounts.models import Staff
from backoffice.accounts.targets import Colleagues
from backoffice.entities import registry as entities
from backoffice.operations.registry import register
from backoffice.operations.targets import Targets


@register
class EnableStaff(Administered):
    name: ClassVar[str] = "staff.enable"
    entity: ClassVar[str] = "staff"
    label: ClassVar[str | Promise] = _("Switch on")
    sentence: ClassVar[Promise] = ngettext_lazy(
        "Switch %(count)s person on", "Switch %(count)s people on", "count"
    )
    event: ClassVar[str] = "staff.enabled"
    icon: ClassVar[str] = "power"
    rank: ClassVar[int] = 20
    inverse: ClassVar[str] = "staff.disable"
    consequence: ClassVar[str | Promise] = _("They can sign in again, with the role they had.")

    @cached_property
    def targets(self) -> Targets:
        return Colleagues(entities.get(self.entity))

    def refusals(self, records: Iterable[Any], params: Mapping[str, Any]) -> dict[Any, Any]:
        return {one.pk: _("is switched on already") for one in records if one.is_active}

    def run(self, targets: QuerySet[Staff], params: Mapping[str, Any]) -> None:
        targets.update(is_active=True, updated_at=Now())
