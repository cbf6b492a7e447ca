"""End an elevation before its time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role
from backoffice.accounts.targets import is_self
from backoffice.entities import registry as entities
from backoffice.entities.registry import VIEWERS
from backoffice.operations.base import Operation
from backoffice.operations.exceptions import Denied
from backoffice.operations.registry import register
from backoffice.operations.targets import Records, Targets

if TYPE_CHECKING:
    from backoffice.operations.performers import Performer


class OneselfOrAny(Records):
    """Oneself; for an administrator by their own role, everyone."""

    def lock(self, performer: Performer, keys: Sequence[int]) -> list[Any]:
        staff = getattr(performer, "staff", None)
        administers = staff is not None and staff.role == Role.ADMIN
        if not administers and not all(is_self(performer, key) for key in keys):
            raise Denied(gettext("You may end your own elevation, not that of others."))
        return super().lock(performer, keys)


@register
class EndElevation(Operation):
    name: ClassVar[str] = "staff.end_elevation"
    entity: ClassVar[str] = "staff"
    label: ClassVar[str | Promise] = _("End the elevation")
    sentence: ClassVar[Promise] = ngettext_lazy(
        "End the elevation of %(count)s person", "End the elevation of %(count)s people", "count"
    )
    event: ClassVar[str] = "staff.elevation_ended"
    icon: ClassVar[str] = "arrow-down"
    rank: ClassVar[int] = 10
    roles: ClassVar[tuple[Role, ...]] = tuple(VIEWERS)
    consequence: ClassVar[str | Promise] = _("Their own role counts again from the next click.")
    # Done at once: there is one thing that it can do, and none to look at first.
    immediate: ClassVar[bool] = True
    askable: ClassVar[bool] = False

    @cached_property
    def targets(self) -> Targets:
        return OneselfOrAny(entities.get(self.entity))

    def concerns(self, staff: Any, record: Any) -> bool:
        """Offered to whoever is elevated, and to administrators, while it lasts."""
        mine = staff.pk == record.pk or staff.role == Role.ADMIN
        return bool(mine and record.is_elevated)

    def refusals(self, records: Iterable[Any], params: Mapping[str, Any]) -> dict[Any, Any]:
        return {one.pk: _("is not elevated") for one in records if not one.elevated_role}

    def run(self, targets: QuerySet[Staff], params: Mapping[str, Any]) -> None:
        targets.update(elevated_role="", elevated_until=None, updated_at=Now())
