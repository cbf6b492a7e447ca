"""Buttons of the operations that make a record, for the page that lists such records."""

from __future__ import annotations

from typing import Any

from django import template

from backoffice.operations import registry
from backoffice.operations.performers import performer_of

register = template.Library()


@register.inclusion_tag("operations/_creating_operations.html", takes_context=True)
def creating_operations(context: dict[str, Any], entity_name: str) -> dict[str, Any]:
    """`{% creating_operations "book" %}`: what the person may add to the list."""
    performer = performer_of(context["request"])
    possible = [one for one in registry.for_entity(entity_name) if one.creates]
    return {"operations": [one for one in possible if performer.may(one)]}
