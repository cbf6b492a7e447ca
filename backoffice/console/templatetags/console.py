"""The template tags that pages are written with: icons, badges, times, copyable text, numbers."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backoffice.console import states, time_format
from backoffice.console.markup import NOTHING, fill, join
from backoffice.console.paths import path_to
from backoffice.console.tickets import ticket_url

register = template.Library()
CHOICE = '<a class="menu__item" href="{}"{}>{} {}</a>\n'
MARKS = {True: SafeString(' aria-current="true"'), False: NOTHING}
TICKET = '<a class="tag" href="{}?ticket={}">{} {}</a>'
OUTSIDE = '<a href="{}" target="_blank" rel="noopener noreferrer" title="{}">{}</a>'
TIME = '<time class="when nowrap" datetime="{}" title="{}">{}</time>'


@register.simple_tag
def icon(name: str, label: str = "", large: bool = False) -> SafeString:
    """Draw an icon of the sprite; it is hidden from screen readers unless it has a label."""
    return _icon(name, str(label), large)


@lru_cache(maxsize=1_000)
def _icon(name: str, label: str, large: bool) -> SafeString:
    # A page has hundreds of icons and few different ones.
    size = " icon--large" if large else ""
    use = format_html('<use href="{}#{}"></use>', static("img/icons.svg"), name)
    if label:
        return format_html(
            '<svg class="icon{}" role="img" aria-label="{}">{}</svg>', size, label, use
        )
    return format_html('<svg class="icon{}" aria-hidden="true">{}</svg>', size, use)


@register.simple_tag
def badge(state: str, label: str = "") -> SafeString:
    """Show a registered state: icon, tone and word; `label` replaces the word."""
    known = states.get_state(str(state))
    return _badge(known.tone, known.name, known.icon, str(label or known.label))


@lru_cache(maxsize=1_000)
def _badge(tone: str, name: str, sign: str, word: str) -> SafeString:
    return fill(
        '<span class="badge badge--{}" data-state="{}">{}{}</span>', tone, name, icon(sign), word
    )


@register.simple_tag
def when(moment: datetime | None, style: str = "relative", empty: str = "–") -> SafeString:
    """Show a moment. Styles: `relative`, `absolute`, `both` and `clock` (hours and minutes).

    Whatever the style, the exact moment with its zone is the title and the machine-readable value.
    """
    if moment is None:
        return fill('<span class="muted">{}</span>', empty)
    local = time_format.Local.of(moment)
    if style == "relative":
        shown: object = _relative(moment)
    elif style == "both":
        shown = fill("{} · {}", _relative(moment), local.absolute)
    else:
        shown = {"absolute": local.absolute, "clock": local.clock}[style]
    return fill(TIME, moment.isoformat(), local.exact, shown)


def _relative(moment: datetime) -> SafeString:
    return fill('<span data-relative="">{}</span>', time_format.relative(moment))


def moment_with_clock(moment: datetime) -> SafeString:
    """How long ago, and the time of day with its zone, for what stands below its day."""
    local = time_format.Local.of(moment)
    shown = fill("{} · {} {}", _relative(moment), local.clock, local.zone)
    return fill(TIME, moment.isoformat(), local.exact, shown)


@register.filter
def day_heading(moment: datetime) -> str:
    """Return the heading of a moment's day: `Today`, `Yesterday` or the date."""
    return time_format.day(moment)


@register.simple_tag
def copyable(text: object, shown: object = None) -> SafeString:
    """Show text in monospace with a button that copies it; `shown` stands for it on the page."""
    if text in (None, ""):
        return format_html('<span class="muted">{}</span>', "–")
    return format_html(
        '<span class="copyable"><code class="copyable__text">{}</code>{}</span>',
        text if shown is None else shown,
        copy_button(text),
    )


@register.simple_tag
def copy_button(text: object) -> SafeString:
    """Draw the button that copies a text; without JavaScript it keeps its place and is not seen."""
    label = _("Copy %s") % str(text)[:80]
    return format_html(
        '<button class="copy only-js" type="button" data-copy="{}" data-done="{}"'
        ' aria-label="{}" title="{}">{}</button>',
        text,
        _("Copied"),
        label,
        label,
        icon("copy"),
    )


@register.simple_tag
def menu_choices(choices: Iterable[Any]) -> SafeString:
    """Draw a menu's choices, each with `url`, `label` and `is_on`; a menu may have dozens."""
    signs = {True: icon("check"), False: icon("circle")}
    return join(
        fill(CHOICE, choice.url, MARKS[choice.is_on], signs[choice.is_on], choice.label)
        for choice in choices
    )


@register.simple_tag
def number(value: int | float | None, cap: int | None = None) -> str:
    """Write a number with thousand separators; counts that reached their cap end in a plus."""
    if value is None:
        return "–"
    if cap is not None and value >= cap:
        return f"{cap:,}+"
    return f"{value:,}"


@register.simple_tag(takes_context=True)
def data_age(context: Context) -> SafeString:
    """Say how old the data of this page is."""
    seconds = context["shell"].data_age if "shell" in context else None
    if seconds is None:
        text, title = _("live data"), _("Read from the primary database.")
    else:
        text = _("data %s old") % time_format.age(seconds)
        title = _("Read from a replica that is this far behind the primary.")
    return format_html(
        '<span class="data-age" title="{}">{} {}</span>', title, icon("database"), text
    )


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """Return this page's query string with some values changed; None takes a key out."""
    values = context["request"].GET.copy()
    for key, value in changes.items():
        values.pop(key, None)
        if value is not None:
            values[key] = str(value)
    return f"?{values.urlencode()}"


@register.filter
def initial(name: str) -> str:
    """Return the letter of a person's avatar."""
    return (name or "?").strip()[:1].upper() or "?"


@register.simple_tag
def ticket(number: str) -> SafeString:
    """`{% ticket event.ticket %}`: leads to its events, and out to where it can be opened."""
    if not number:
        return NOTHING
    inside = fill(TICKET, path_to("activity-events"), quote(number), icon("ticket"), number)
    outside = ticket_url(number)
    if not outside:
        return inside
    said = _("Open ticket %s") % number
    return fill("{} {}", inside, fill(OUTSIDE, outside, said, icon("external", said)))
