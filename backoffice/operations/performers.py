"""Who runs an operation, and what they may do: the pipeline asks nothing else about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from audit.actors import Actor
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role, is_standing, roles_with
from backoffice.entities.access import visible_records
from backoffice.entities.entity import Entity
from backoffice.operations.base import Operation


class Performer(Protocol):
    """Staff today; API tokens, scripts and jobs come by the same door."""

    @property
    def actor(self) -> Actor:
        """Who the event names."""

    def may(self, operation: Operation) -> bool:
        """Whether the role allows the operation at all."""

    def records(self, entity: Entity) -> QuerySet[Any]:
        """The records that this performer may know of, on the primary."""


@dataclass(frozen=True)
class StaffPerformer:
    """Someone signed in to the console."""

    staff: Staff

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.staff)

    def may(self, operation: Operation) -> bool:
        return self.staff.is_active and self.staff.has_perm(operation.permission)

    def records(self, entity: Entity) -> QuerySet[Any]:
        return visible_records(self.staff, entity).using("default")


def performer_of(request: HttpRequest) -> StaffPerformer:
    """The person of a request that demanded sign-in, as every page here does."""
    return StaffPerformer(cast(Staff, request.user))


def who_may(operation: Operation, limit: int = 5) -> str:
    """Some of the people who may run an operation, with the roles that make it so, in words."""
    roles = sorted(roles_with(operation.permission))
    holding = Staff.objects.holding(roles, standing=is_standing(operation.permission))
    people = holding.order_by("name", "pk")[:limit]
    names = ", ".join(str(person) for person in people)
    labels = ", ".join(str(Role(role).label) for role in roles)
    if not names:
        return _("Whoever is %(roles)s may; nobody is, at the moment.") % {"roles": labels}
    return _("%(names)s may (%(roles)s).") % {"names": names, "roles": labels}
