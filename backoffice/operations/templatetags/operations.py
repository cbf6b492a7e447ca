"""Buttons of the operations, for record pages and for selections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.functional import Promise

from audit.models import Event
from backoffice.activity.access import VIEW_READS
from backoffice.entities.access import sees_personal_fields
from backoffice.entities.entity import Entity
from backoffice.entities.reveals import revealed
from backoffice.operations import registry
from backoffice.operations.base import Operation
from backoffice.operations.performers import performer_of, who_may
from backoffice.operations.reveal import Reveal

register = template.Library()


@dataclass(frozen=True)
class Button:
    """An operation on a record page: ready to press, or the reason why not."""

    operation: Operation
    why: str | Promise = ""
    primary: bool = False


@register.inclusion_tag("operations/_record_operations.html", takes_context=True)
def record_operations(context: dict[str, Any], entity: Entity, record: Any) -> dict[str, Any]:
    """`{% record_operations entity record %}`: what can be done to this record, and by whom.

    An operation that makes no sense for the record's state is left out; one that the person's role
    does not allow is shown with who may.
    """
    staff = performer_of(context["request"])
    buttons = []
    for operation in registry.for_entity(entity.name):
        if (
            not operation.offered
            or not operation.concerns(staff.staff, record)
            or operation.refusals([record], {})
        ):
            continue
        why = "" if staff.may(operation) else who_may(operation)
        buttons.append(Button(operation, why))
    return {"buttons": buttons, "pk": record.pk, "request": context["request"]}


@register.inclusion_tag("operations/_selection_operations.html", takes_context=True)
def selection_operations(context: dict[str, Any], entity_name: str) -> dict[str, Any]:
    """`{% selection_operations "book" %}`: buttons for the ticked rows of the form around it."""
    return {"operations": _possible(context, entity_name)}


@register.simple_tag(takes_context=True)
def can_select(context: dict[str, Any], entity_name: str) -> bool:
    """`{% can_select "book" as ticks %}`: whether there is anything to do with ticked rows."""
    return bool(_possible(context, entity_name))


def _possible(context: dict[str, Any], entity_name: str) -> list[Operation]:
    staff = performer_of(context["request"])
    possible = registry.for_entity(entity_name)
    return [one for one in possible if one.offered and not one.immediate and staff.may(one)]


@register.inclusion_tag("operations/_masked.html", takes_context=True)
def masked_note(context: dict[str, Any], entity: Entity, record: Any) -> dict[str, Any]:
    """`{% masked_note entity record %}`: what is masked and why, or until when it is shown.

    Those who may know who looked at what are told who asked last.
    """
    request = context["request"]
    staff, asking = request.user, _asking(entity)
    note: dict[str, Any] = {"request": request, "operation": asking, "pk": record.pk}
    if not entity.personal_fields or asking is None:
        return {}
    if not sees_personal_fields(staff):
        reveal = revealed(staff, entity).get(record.pk)
        may = performer_of(request).may(asking)
        return {**note, "masked": reveal is None, "reveal": reveal, "may": may}
    if staff.has_perm(VIEW_READS):
        asked = Event.objects.filter(
            entity=entity.name, record_id=str(record.pk), name=asking.event, outcome="succeeded"
        )
        note["asked"] = asked.exclude(record_id="").order_by("-occurred_at", "-id").first()
    return note


def _asking(entity: Entity) -> Operation | None:
    operations = registry.for_entity(entity.name)
    return next((one for one in operations if isinstance(one, Reveal)), None)
