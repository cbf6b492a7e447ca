"""Links that choose everything: what a list holds, what a fold or an event changed."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from audit.models import Event
from backoffice.entities.entity import Entity
from backoffice.operations.bulk.list_kind import list_query

register = template.Library()


def choose_url(kind: str, entity: Entity, query: str) -> str:
    """The page that counts exactly what is meant, and asks what shall be done to it."""
    asked = urlencode({"kind": kind, "entity": entity.name, "query": query})
    return f"{reverse('bulk-choose')}?{asked}"


@register.simple_tag(takes_context=True)
def choose_all_url(context: dict[str, Any], entity: Entity) -> str:
    """`{% choose_all_url entity %}`: everything that this list holds, on whatever page."""
    return choose_url("list", entity, list_query(entity, context["request"].GET))


@register.simple_tag
def choose_rows_url(section: Any, page: Any) -> str:
    """`{% choose_rows_url section page %}`: all records of a section of an event or a fold.

    "" where the page shows all of them.
    """
    if not (section.next_url or section.first_url):
        return ""
    if hasattr(page, "row"):
        return choose_url("fold", section.entity, page.row.url.partition("?")[2])
    return choose_url("event", section.entity, str(page.event.pk))


@register.simple_tag
def run_url(event: Event) -> str:
    """`{% run_url event %}`: the run that an event opened or closed; "" for any other."""
    with suppress(ValueError, TypeError, KeyError):
        return reverse("bulk-run", args=[uuid.UUID(event.params["run"])])
    return ""
