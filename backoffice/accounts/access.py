"""Which scopes someone may see: a scope with any grant is *restricted* to those whom it names.

A grant is guardian's object permission `BACKOFFICE_SCOPE_PERMISSION` on a record of
`BACKOFFICE_SCOPE_MODEL`, given to a person (`guardian.shortcuts.assign_perm`); grants to groups
count for nothing. A scope without any grant is open to everyone who has a role; administrators see
all. Rows that belong to no scope are never hidden here: their permission alone guards them.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.aggregates import BoolOr
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q
from guardian.models import UserObjectPermission

from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role

_Model = TypeVar("_Model", bound=models.Model)
_CACHE = "_restricted_scopes"


def scope_model() -> type[models.Model]:
    """The model whose records are the scopes."""
    return apps.get_model(settings.BACKOFFICE_SCOPE_MODEL)


def scope_permission() -> str:
    """The permission's full name: `app.codename`."""
    return f"{scope_model()._meta.app_label}.{settings.BACKOFFICE_SCOPE_PERMISSION}"


def restricted_scopes(staff: Staff, *, fresh: bool = False) -> frozenset[int]:
    """Ids of the scopes that this person may not see.

    One query, remembered on `staff`, which lives as long as a request does; `fresh` asks again.
    Empty for administrators.
    """
    if staff.current_role == Role.ADMIN:
        return frozenset()
    remembered: frozenset[int] | None = getattr(staff, _CACHE, None)
    if remembered is None or fresh:
        remembered = frozenset(_select_restricted(staff))
        setattr(staff, _CACHE, remembered)
    return remembered


def _select_restricted(staff: Staff) -> list[int]:
    """Scopes with grants among which this person's is not."""
    meta = scope_model()._meta
    named = ExpressionWrapper(Q(user_id=staff.pk), output_field=BooleanField())
    granted = (
        UserObjectPermission.objects.filter(
            content_type__app_label=meta.app_label,
            content_type__model=meta.model_name,
            permission__codename=settings.BACKOFFICE_SCOPE_PERMISSION,
        )
        .order_by()
        .values("object_pk")
        .annotate(named=BoolOr(named))
        .filter(named=False)
    )
    return [int(pk) for pk in granted.values_list("object_pk", flat=True)]


def may_see_scope(staff: Staff, scope_id: int | None) -> bool:
    """Whether this person may see a scope; True for None, the mark of rows without one."""
    return scope_id is None or scope_id not in restricted_scopes(staff)


def visible_scopes_q(staff: Staff, scope_field: str) -> Q:
    """A condition that leaves out rows of scopes that this person may not see.

    Args:
        scope_field: the look-up that leads to the scope's id: `scope`, `scope_id`, `pk` on the
            scope model itself, or a path such as `parent__scope_id`.

    Rows whose scope is NULL stay. For someone without restrictions the condition is empty and
    costs the query nothing.
    """
    hidden = restricted_scopes(staff)
    return ~Q(**{f"{scope_field}__in": sorted(hidden)}) if hidden else Q()


def hide_restricted(
    queryset: models.QuerySet[_Model], staff: Staff, scope_field: str
) -> models.QuerySet[_Model]:
    """The queryset without the rows of scopes that this person may not see."""
    return queryset.filter(visible_scopes_q(staff, scope_field))


def scope_id_of(record: models.Model) -> int | None:
    """The id of the scope that a record belongs to; None when it belongs to none."""
    name = _scope_attribute(type(record))
    return getattr(record, name) if name else None


@cache
def _scope_attribute(model: type[models.Model]) -> str:
    scope = scope_model()
    if issubclass(model, scope):
        return "pk"
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.related_model is scope:
            return field.attname
    return ""


def has_access(user: Any) -> bool:
    """Whether this is an active member of staff with a role, not an anonymous visitor."""
    if isinstance(user, AnonymousUser):
        return False
    role = getattr(user, "current_role", Role.NONE)
    return bool(getattr(user, "is_active", False)) and role != Role.NONE
