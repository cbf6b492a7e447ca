"""Buttons of the operations, for record pages and for selections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit.models import Event
from backoffice.activity.access import VIEW_READS
from backoffice.entities.access import sees_personal_fields
from backoffice.entities.entity import Entity
from backoffice.entities.reveals import revealed
from backoffice.operations import registry
from backoffice.operations.base import Operation
from backoffice.operations.performers import performer_of
from backoffice.operations.reveal import Reveal

register = template.Library()
# How many buttons stand beside each other; the others are in a menu.
VISIBLE = 3


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
    for operation in ranked(registry.for_entity(entity.name)):
        if (
            not operation.offered
            # Before the records are asked, which may cost a query.
            or not operation.concerns(staff.staff, record)
            or operation.refusals([record], {})
        ):
            continue
        why = "" if staff.may(operation) else _roles(operation)
        buttons.append(Button(operation, why))
    shown, more = split(buttons)
    found = {"buttons": buttons, "shown": shown, "more": more}
    return {**found, "pk": record.pk, "request": context["request"]}


def ranked(operations: Iterable[Operation]) -> list[Operation]:
    """What mends a state first, what destroys last; alike ones in the order of declaration."""
    return sorted(operations, key=lambda operation: operation.rank)


def split(buttons: Sequence[Button]) -> tuple[list[Button], list[Button]]:
    """The first VISIBLE that the person may press, and the rest; never nothing where there is any.

    Who may press none sees the first as refused.
    """
    allowed = [button for button in buttons if not button.why]
    shown = allowed[:VISIBLE] or list(buttons[:1])
    return shown, [button for button in buttons if button not in shown]


def _roles(operation: Operation) -> str:
    """Who may run it, by role: the names are a page away, and would be a query for each."""
    labels = ", ".join(sorted(str(role.label) for role in operation.roles))
    return _("For the roles: %(roles)s.") % {"roles": labels}


@register.inclusion_tag("operations/_selection_operations.html", takes_context=True)
def selection_operations(context: dict[str, Any], entity_name: str) -> dict[str, Any]:
    """`{% selection_operations "book" %}`: buttons for the ticked rows of the form around it."""
    possible = ranked(_possible(context, entity_name))
    return {"operations": possible[:VISIBLE], "more": possible[VISIBLE:]}


@register.simple_tag(takes_context=True)
def can_select(context: dict[str, Any], entity_name: str) -> bool:
    """`{% can_select "book" as ticks %}`: whether there is anything to do with ticked rows."""
    return bool(_possible(context, entity_name))


def _possible(context: dict[str, Any], entity_name: str) -> list[Operation]:
    staff = performer_of(context["request"])
    possible = registry.for_entity(entity_name)
    fitting = [one for one in possible if one.offered and one.several and not one.immediate]
    return [one for one in fitting if staff.may(one)]


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
