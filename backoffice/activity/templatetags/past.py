"""The tags of pages that look back, and of links to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backoffice.activity import layouts, moments
from backoffice.activity.catalogue import has_pages
from backoffice.activity.entries import ShownEntry
from backoffice.console.templatetags.console import icon
from backoffice.entities.entity import Entity

register = template.Library()


@register.simple_tag(takes_context=True)
def differences_side_by_side(context: Context) -> bool:
    """`{% differences_side_by_side as sides %}`: whether the reader wants them so."""
    request = context.get("request")
    return request is not None and layouts.layout_of(request) == layouts.SIDES


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


@register.simple_tag
def compare_url(entity: Entity, pk: object) -> str:
    """`{% compare_url entity pk %}`: where two versions of a record are compared."""
    return reverse("activity-compare", args=[entity.slug, pk])


@register.simple_tag
def entry_versions(entry: ShownEntry) -> SafeString:
    """`{% entry_versions entry %}`: the record as it was then, and what that version changed."""
    if not entry.as_of_url:
        return SafeString("")
    title = _("The record as it was after this")
    return format_html(
        '<span><a href="{}" title="{}">{} {}</a></span>',
        entry.as_of_url,
        title,
        icon("calendar"),
        _("as of then"),
    )
