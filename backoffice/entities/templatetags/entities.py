"""Tags of lists and record pages: who changed something, and a readable value."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from backoffice.console.markup import fill
from backoffice.console.templatetags.console import badge, copyable, icon, when
from backoffice.entities.changes import Change
from backoffice.entities.values import Readable

register = template.Library()

ACTOR_ICONS = {
    "staff": "person",
    "member": "member",
    "token": "key",
    "script": "script",
    "service": "robot",
    "role": "database",
}


@register.simple_tag
def badges(states: list[str]) -> SafeString:
    """The badges of a record, in a row."""
    return SafeString(" ".join(badge(state) for state in states))


@register.simple_tag
def changed(change: Change | None) -> SafeString:
    """When a record was last changed, and by whom."""
    if change is None:
        return fill('<span class="muted">{}</span>', "—")
    who = actor(change.actor_kind, change.actor_label)
    return fill('<span class="changed">{} {}</span>', who, when(change.at))


@register.simple_tag
def actor(kind: str, name: str) -> SafeString:
    """Who did something, with the icon of their kind; "?" when their event is archived."""
    return fill(
        '<span class="changed__actor">{}<span title="{}">{}</span></span>',
        icon(ACTOR_ICONS.get(kind, "question")),
        name or "?",
        name or "?",
    )


@register.simple_tag
def value(readable: Readable, short: bool = False) -> SafeString:
    """A readable value, each kind in its way; `short` keeps it to one line."""
    if readable.kind in ("empty", "masked"):
        return fill('<span class="muted">{}</span>', readable.text)
    if readable.url:
        return fill('<a href="{}">{}</a>', readable.url, readable.text)
    if readable.kind == "date":
        return when(readable.value, "relative" if short else "both")
    if readable.kind == "code":
        return fill("<code>{}</code>", readable.text) if short else copyable(readable.text)
    if readable.kind == "json":
        tag = "pre" if "\n" in readable.text and not short else "code"
        return fill(f"<{tag}>{{}}</{tag}>", readable.text)
    if readable.kind == "long" and not short:
        return _folded(readable.text)
    return fill("{}", readable.text[:200] if short else readable.text)


def _folded(text: str) -> SafeString:
    """A long text: its beginning, and all of it when it is unfolded."""
    first = text.strip()[:120].split("\n")[0]
    return fill(
        '<details class="long-text"><summary>{}…</summary><div class="long-text__body">{}</div>'
        "</details>",
        first,
        text,
    )
