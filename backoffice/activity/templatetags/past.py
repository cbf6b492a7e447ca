"""The tags of pages that look back, and of links to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from audit.history_tables import Version
from backoffice.activity import layouts, moments
from backoffice.activity.catalogue import has_pages
from backoffice.activity.version_actions import version_actions_of
from backoffice.entities.entity import Entity

register = template.Library()


@register.inclusion_tag("activity/_layout.html", takes_context=True)
def layout_switch(context: Context) -> dict[str, Any]:
    """`{% layout_switch %}`: the switch between one text with marks and side by side."""
    request = context["request"]
    is_sides = layouts.layout_of(request) == layouts.SIDES
    params = request.GET.copy()
    params.pop("layout", None)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "is_sides": is_sides,
        "other": layouts.INLINE if is_sides else layouts.SIDES,
        "next": f"{request.path}?{params.urlencode()}" if params else request.path,
    }


@register.simple_tag
def as_of_url(entity: Entity, pk: object, at: datetime | None = None) -> str:
    """`{% as_of_url entity pk at %}`: the address of a record as it was; "" without pages."""
    return moments.as_of_url(entity, pk, at) if has_pages(entity) else ""


@register.inclusion_tag("activity/_version_actions.html", takes_context=True)
def version_actions(context: Context, version: Version, small: bool = False) -> dict[str, Any]:
    """`{% version_actions version %}`: what can be done with a version of a record that stands."""
    traced, request = context.get("traced"), context["request"]
    gone = version.deleted or (traced is not None and traced.deleted)
    actions = [] if gone else version_actions_of(request.user, version)
    return {"actions": actions, "small": small}


@register.simple_tag
def compare_url(entity: Entity, pk: object) -> str:
    """`{% compare_url entity pk %}`: where two versions of a record are compared."""
    return reverse("activity-compare", args=[entity.slug, pk])
