"""The tags by which other rooms show a piece of the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.differences import Is, Piece
from audit.feeds import Group
from backoffice.activity import timeline
from backoffice.activity.actor_reader import activity_url_of
from backoffice.activity.catalogue import noun, timeline_url
from backoffice.activity.fold_actions import fold_actions_of
from backoffice.activity.fold_rows import ShownFold
from backoffice.activity.setters import setters_of
from backoffice.activity.verbs import verb_label
from backoffice.console import time_format
from backoffice.console.templatetags.console import query, when
from backoffice.entities.entity import Entity
from backoffice.entities.templatetags.entities import value
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


@register.simple_tag
def difference(pieces: list[Piece], expands: bool = False) -> SafeString:
    """`{% difference pieces %}`: a text with marks; folded stretches open where it `expands`."""
    return format_html_join("", "{}", ((_piece(piece, expands),) for piece in pieces))


def _piece(piece: Piece, expands: bool) -> SafeString:
    if piece.kind is Is.SKIPPED:
        count = len(piece.text)
        text = ngettext(
            "… %(count)s character unchanged …", "… %(count)s characters unchanged …", count
        ) % {"count": f"{count:,}"}
        if expands:
            opened = '<details class="diff__skip"><summary>{}</summary>{}</details>'
            return format_html(opened, text, piece.text)
        return format_html('<span class="diff__skip">{}</span>', text)
    if piece.kind is Is.SAME:
        return format_html("{}", piece.text)
    shown = _visible(piece.text)
    if piece.kind is Is.ADDED:
        return format_html(
            '<ins><span class="visually-hidden">{}</span>{}</ins>', _("added:"), shown
        )
    return format_html('<del><span class="visually-hidden">{}</span>{}</del>', _("removed:"), shown)


def _visible(text: str) -> str:
    """Ends of lines and spaces that are all that changed get a sign of their own."""
    if text.strip():
        return text
    return text.replace("\n", "⏎\n").replace(" ", "·").replace("\t", "⇥")


@register.simple_tag
def unchanged(piece: Piece, expands: bool = False) -> SafeString:
    """`{% unchanged row.skipped %}`: a stretch that is folded away."""
    return _piece(piece, expands)


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """`{% moment entry.at %}`: how long ago, and the time of day with its zone, below a day."""
    return format_html(
        '<time class="when nowrap" datetime="{}" title="{}">'
        '<span data-relative="">{}</span> · {} {}</time>',
        at.isoformat(),
        time_format.with_offset(at),
        time_format.relative(at),
        time_format.clock(at),
        timezone.localtime(at).strftime("%Z"),
    )


@register.simple_tag
def changed_value(readable: Readable) -> SafeString:
    """`{% changed_value change.old %}`: one side of a change, on one line; moments in full."""
    if readable.kind == "date":
        return when(readable.value, "absolute")
    return value(readable, short=True)


@register.simple_tag(takes_context=True)
def by_actor(context: Context, row: Any) -> str:
    """`{% by_actor entry %}`: the address of this page with only what the row's actor did.

    A member's id is unique in their scope only, so a page of all scopes is narrowed to it as well.
    """
    reading = context.get("reading")
    takes_scope = reading is None or reading.takes_scope
    scope = {"scope": row.scope} if takes_scope and getattr(row, "scope", None) else {}
    gone = dict.fromkeys(("before", "at", "part", "tab", "rows", "after", "view"))
    address = query(context, **gone, actor=row.actor.filter, **scope)
    # A fold is of one actor already: from its page one comes to all that they did.
    fold, activity = reverse("activity-fold"), reverse("activity-activity")
    return f"{activity}{address}" if context["request"].path == fold else address


@register.inclusion_tag("activity/_fold_actions.html", takes_context=True)
def fold_actions(context: dict[str, Any], fold: ShownFold) -> dict[str, Any]:
    """`{% fold_actions fold %}`: the buttons that other rooms offer for all of its events."""
    return {"actions": fold_actions_of(context["request"], fold)}


@register.simple_tag
def verb_of(group: Group) -> str:
    """`{% verb_of group %}`: what was done to which kind of record."""
    template = _("%(what)s: %(did)s")
    return template % {"what": noun(group.entity, group.count), "did": verb_label(group.verb)}
