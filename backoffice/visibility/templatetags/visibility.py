"""The card of a record's page: whether visitors see it, and if not, the first reason why."""

from __future__ import annotations

from typing import Any

from django import template

from backoffice.activity.setters import setters_of
from backoffice.entities import registry as entities
from backoffice.entities.entity import Entity
from backoffice.visibility.declarations import subject_of
from backoffice.visibility.presentation import Explained

register = template.Library()


@register.inclusion_tag("visibility/_card.html", takes_context=True)
def visibility_card(context: dict[str, Any], entity: Entity, record: Any) -> dict[str, Any]:
    """`{% visibility_card entity record %}`: the verdict in short, with the way to all of it."""
    subject = subject_of(entity.name)
    if subject is None:
        return {}
    viewer = context["request"].user
    explained = Explained(viewer, subject, record, "")
    card = {"explained": explained, "entity": entity, "record": record, "subject": subject}
    first = explained.verdict.first_failed
    if first is None:
        return card
    blamed = next(iter(first.blamed), None)
    card |= {"first": first, "more": len(explained.verdict.failed) - 1}
    if blamed is not None:
        card["mend"] = explained.mending.of(first, blamed)
        place = entities.get(blamed.entity)
        standing = explained.names.record(place.model, blamed.pk)
        if blamed.key != (entity.name, record.pk):
            card["name"] = explained.name_of(*blamed.key)
        if standing is not None:
            setters = setters_of(viewer, place, standing)
            card["setter"] = setters.get(first.condition.field)
    return card
