"""The only way to a record: what a person may not know of is not there for them."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from backoffice.accounts.access import hide_restricted
from backoffice.accounts.roles import Role, declare_permission
from backoffice.entities.entity import Entity, Record

SEE_PERSONAL_FIELDS = "entities.see_personal_fields"
LARGEST_ID = 2**63 - 1

declare_permission(SEE_PERSONAL_FIELDS, [Role.VIEWER, Role.OPERATOR, Role.ADMIN, Role.AUDITOR])


def require_view(staff: Any, entity: Entity) -> None:
    """Raise PermissionDenied unless the person may look the entity up at all."""
    if not staff.has_perm(entity.view_permission):
        raise PermissionDenied(_("Your role may not look up %s.") % entity.label_plural)


def visible_records(staff: Any, entity: Entity, *, full: bool = False) -> models.QuerySet[Any]:
    """The records that a person may see: none without the permission, none of closed scopes."""
    if not staff.has_perm(entity.view_permission):
        return entity.model._default_manager.none()
    records = entity.records(full=full)
    if not entity.scope_field:
        return records
    return hide_restricted(records, staff, entity.scope_field)


def get_record_for_staff(request: HttpRequest, entity: Entity, pk: object) -> Record:
    """The record of that id, for this person.

    Raises PermissionDenied when the role may not view the entity, and Http404 alike for an id
    that does not exist, cannot exist, or stands in a scope that is closed to the person.
    """
    require_view(request.user, entity)
    number = parse_id(pk)
    if number is None:
        _not_found(entity, pk)
    record = visible_records(request.user, entity, full=True).filter(pk=number).first()
    if record is None:
        _not_found(entity, pk)
    return record


def parse_id(value: object) -> int | None:
    """A record's id out of an address or a form; None when it cannot be one."""
    text = str(value)
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    number = int(text)
    return number if 0 < number <= LARGEST_ID else None


def _not_found(entity: Entity, pk: object) -> NoReturn:
    raise Http404(
        _("There is no %(entity)s with the id %(id)s, or it is not open to you.")
        % {"entity": entity.model._meta.verbose_name, "id": str(pk)[:40]}
    )


def sees_personal_fields(staff: Any) -> bool:
    """Whether the person may see what tells people apart: names and addresses."""
    return bool(staff.has_perm(SEE_PERSONAL_FIELDS))


def title_for(staff: Any, entity: Entity, record: Record) -> str:
    """The record's name as this person may see it."""
    if entity.personal_fields and not sees_personal_fields(staff):
        return entity.public_title(record)
    return entity.title(record)
