"""The only way to a record: what a person may not know of is not there for them."""

from __future__ import annotations

from typing import Any, NoReturn, cast

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import ActorKind, Outcome
from backoffice.accounts.access import has_access, hide_restricted, restricted_scopes
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role, declare_permission
from backoffice.entities import reads
from backoffice.entities.entity import Entity, Record
from backoffice.entities.reveals import revealed

SEE_PERSONAL_FIELDS = "entities.see_personal_fields"
# Kinds of actors whose names are personal fields.
PERSONAL_ACTORS = frozenset({ActorKind.MEMBER.value})
LARGEST_ID = 2**63 - 1

# Who only looks around sees no names and addresses of customers' people unless they ask, with a
# reason, for one of them (reveals.py).
declare_permission(
    SEE_PERSONAL_FIELDS,
    [Role.OPERATOR, Role.ADMIN, Role.AUDITOR],
    label=gettext_lazy("See names and addresses of customers' people"),
)


def require_view(staff: Any, entity: Entity) -> None:
    """Raise PermissionDenied unless the person may look the entity up at all."""
    if not staff.has_perm(entity.view_permission):
        raise PermissionDenied(_("Your role may not look up %s.") % entity.label_plural)


def visible_records(staff: Any, entity: Entity, *, full: bool = False) -> models.QuerySet[Any]:
    """The records that a person may see: none of closed scopes, only their own if no viewer."""
    if not staff.has_perm(entity.view_permission):
        own = entity.own_records(staff) if has_access(staff) else None
        if own is None:
            return entity.model._default_manager.none()
        return entity.records(full=full).filter(own)
    records = entity.open_to(staff, entity.records(full=full))
    if not entity.scope_field:
        return records
    return hide_restricted(records, staff, entity.scope_field)


def get_record_for_staff(request: HttpRequest, entity: Entity, pk: object) -> Record:
    """The record of that id, for this person.

    Raises PermissionDenied when the role may not view the entity (unless it is their own), and
    Http404 alike for an id that does not exist, cannot exist, or stands in a scope that is closed
    to the person.
    """
    number = parse_id(pk)
    record = None
    if number is not None:
        record = visible_records(request.user, entity, full=True).filter(pk=number).first()
    if record is None:
        require_view(request.user, entity)
        if number is not None:
            _note_if_closed(request, entity, number)
        _not_found(entity, pk)
    return record


def _note_if_closed(request: HttpRequest, entity: Entity, pk: int) -> None:
    """Leave a refusal for those who answer for a closed scope; the person learns nothing of it."""
    if not entity.scope_field or not restricted_scopes(cast(Staff, request.user)):
        return
    closed = entity.model._default_manager.filter(pk=pk).values_list(entity.scope_field, flat=True)
    scope = closed.first()
    if scope is not None:
        details = {"entity": entity.name, "record_id": str(pk), "scope": scope}
        reads.note(request, "record.opened", outcome=Outcome.DENIED, **details)


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
        % {"entity": entity.noun(), "id": str(pk)[:40]}
    )


def sees_personal_fields(staff: Any, entity: Entity | None = None, pk: object = None) -> bool:
    """Whether the person may see what tells people apart: names and addresses.

    Of any record; with `entity` and `pk`, of this one, which they may have asked for.
    """
    if staff.has_perm(SEE_PERSONAL_FIELDS):
        return True
    return entity is not None and pk is not None and pk in revealed(staff, entity)


def open_ordering(staff: Any, entity: Entity) -> list[str]:
    """The orderings that tell the person nothing that they may not see.

    The order of masked names would give them away, and so would a page's place in it.
    """
    if not entity.personal_fields or sees_personal_fields(staff):
        return list(entity.ordering)
    hidden = set(entity.personal_fields)
    return [name for name in entity.ordering if name.removeprefix("-") not in hidden] or ["-id"]


def title_for(staff: Any, entity: Entity, record: Record) -> str:
    """The record's name as this person may see it."""
    if entity.personal_fields and not sees_personal_fields(staff, entity, record.pk):
        return entity.public_title(record)
    return entity.title(record)
