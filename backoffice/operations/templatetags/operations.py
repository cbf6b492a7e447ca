"""Buttons of the operations, for record pages and for selections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.functional import Promise

from backoffice.entities.entity import Entity
from backoffice.operations import registry
from backoffice.operations.base import Operation
from backoffice.operations.performers import performer_of, who_may

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
        if operation.refusals([record], {}):
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
    return [operation for operation in registry.for_entity(entity_name) if staff.may(operation)]
