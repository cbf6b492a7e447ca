"""The tags by which other rooms show a piece of the audit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audit.feeds import Group
from backoffice.activity import timeline
from backoffice.activity.actor_reader import activity_url_of
from backoffice.activity.catalogue import noun, timeline_url
from backoffice.activity.changes import ShownChange
from backoffice.activity.drawing.changes import changed_value, draw_changes, draw_state
from backoffice.activity.drawing.entries import draw_entries, draw_entry
from backoffice.activity.drawing.folds import Item, draw_span, draw_timeline
from backoffice.activity.drawing.pen import Pen
from backoffice.activity.entries import ShownEntry
from backoffice.activity.fold_actions import fold_actions_of
from backoffice.activity.fold_rows import ShownFold
from backoffice.activity.setters import setters_of
from backoffice.activity.verbs import verb_label
from backoffice.entities.entity import Entity
from backoffice.entities.values import Readable

register = template.Library()
EXCERPT = 5


@register.inclusion_tag("activity/_excerpt.html", takes_context=True)
def timeline_excerpt(context: dict[str, Any], entity: Entity, record: Any) -> dict[str, Any]:
    """`{% timeline_excerpt entity record %}`: a card with the newest entries and a link to all."""
    request = context["request"]
    page = timeline.entries_for(request, entity, record, limit=EXCERPT)
    return {
        "request": request,
        "entries": page.entries,
        "has_more": page.next is not None,
        "url": timeline_url(entity, record.pk),
        "acts": activity_url_of(entity, record),
        "is_excerpt": True,
    }


@register.inclusion_tag("activity/_field_link.html", takes_context=True)
def field_history_link(
    context: dict[str, Any], entity: Entity, record: Any, name: str
) -> dict[str, Any]:
    """`{% field_history_link entity record "hidden" %}`: who set a field, and its small history.

    All links of one record share two queries.
    """
    return {
        "url": reverse("activity-field", args=[entity.slug, record.pk, name]),
        "name": name,
        "setter": setters_of(context["request"].user, entity, record).get(name),
    }


@register.simple_tag(takes_context=True, name="timeline")
def draw_items(context: Context, items: Iterable[Item]) -> SafeString:
    """`{% timeline page.items %}`: entries and folds under their days.

    As all tags that draw entries it heeds `is_excerpt` and, with `entity`, `can_compare`.
    """
    return draw_timeline(Pen(context), items)


@register.simple_tag(takes_context=True)
def entries(context: Context, shown: Iterable[ShownEntry]) -> SafeString:
    """`{% entries page.entries %}`: entries in a row, for a list around them."""
    return draw_entries(Pen(context), shown)


@register.simple_tag(takes_context=True)
def entry(context: Context, shown: ShownEntry) -> SafeString:
    """`{% entry page.entry %}`: one entry."""
    return draw_entry(Pen(context), shown)


@register.simple_tag(takes_context=True)
def changes(context: Context, shown: Iterable[ShownChange]) -> SafeString:
    """`{% changes row.changes %}`: fields with what they were and became."""
    return draw_changes(Pen(context), shown)


@register.simple_tag(takes_context=True)
def held(context: Context, state: Iterable[tuple[str, Readable]]) -> SafeString:
    """`{% held row.state %}`: what a record held when it was made or ended."""
    return draw_state(Pen(context), state)


@register.simple_tag
def fold_span(fold: ShownFold) -> SafeString:
    """`{% fold_span fold %}`: from when to when."""
    return draw_span(fold)


register.simple_tag(changed_value)


@register.simple_tag(takes_context=True)
def by_actor(context: Context, row: ShownEntry | ShownFold) -> str:
    """`{% by_actor entry %}`: the address of this page with only what the row's actor did."""
    return Pen(context).by_actor(row)


@register.inclusion_tag("activity/_fold_actions.html", takes_context=True)
def fold_actions(context: dict[str, Any], fold: ShownFold) -> dict[str, Any]:
    """`{% fold_actions fold %}`: the buttons that other rooms offer for all of its events."""
    return {"actions": fold_actions_of(context["request"], fold)}


@register.simple_tag
def verb_of(group: Group) -> str:
    """`{% verb_of group %}`: what was done to which kind of record."""
    template = _("%(what)s: %(did)s")
    return template % {"what": noun(group.entity, group.count), "did": verb_label(group.verb)}
