"""A whole timeline: days, with entries and folds in them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.activity.drawing.entries import (
    draw_entries,
    draw_entry,
    draw_names,
    draw_only,
    draw_why,
)
from backoffice.activity.drawing.pen import Pen, badges, mark
from backoffice.activity.entries import ShownEntry
from backoffice.activity.fold_rows import Place, ShownFold
from backoffice.activity.folding import Fold
from backoffice.console import time_format
from backoffice.console.markup import NOTHING, each, fill, join
from backoffice.console.templatetags.console import badge, icon, when

Item = ShownEntry | ShownFold | Fold
_DAY = '<h2 class="timeline-day">{}</h2><ol class="timeline">{}</ol>'
_FOLD = (
    '<li class="timeline__entry timeline__entry--fold" id="fold-{}">{}<div class="timeline__body">'
    '<div class="timeline__line"><span class="timeline__said">{}</span>'
    '<span class="timeline__meta"><span>{}</span>{}{}</span></div>{}{}{}'
    '<div class="row fold__links">{}{}</div></div></li>'
)
_EVENTS = (
    '<details class="timeline__more"><summary>{}</summary><div hx-get="{}" '
    'hx-trigger="toggle from:closest details once"><p><a href="{}&amp;tab=events">{}</a></p></div>'
    "</details>"
)
_OPEN = '<a class="button button--small" href="{}">{} {}</a>'
_NEIGHBOURS = (
    '<li class="timeline__entry">{}<div class="timeline__body"><div class="timeline__line">'
    '<span class="timeline__said">{}{}</span><span class="timeline__meta"><span>{} – {}</span>{}'
    '</span></div><details class="timeline__more"><summary>{}</summary>'
    '<ol class="timeline timeline--inner">{}</ol></details></div></li>'
)


def draw_timeline(pen: Pen, items: Iterable[Item]) -> SafeString:
    """The items under the days that they fall on."""
    days = groupby(items, key=lambda item: timezone.localdate(item.at))
    return join(_day(pen, list(found)) for _date, found in days)


def _day(pen: Pen, items: list[Item]) -> SafeString:
    return fill(_DAY, time_format.day(items[0].at), join(draw_item(pen, item) for item in items))


def draw_item(pen: Pen, item: Item) -> SafeString:
    """An entry, a fold that crosses pages, or neighbours of this page."""
    if isinstance(item, ShownFold):
        return draw_fold(pen, item)
    return draw_neighbours(pen, item) if isinstance(item, Fold) else draw_entry(pen, item)


def draw_fold(pen: Pen, fold: ShownFold) -> SafeString:
    """What one actor did in a row; its events come when they are asked for."""
    first, *further = fold.lines
    outcome = fill(" {}", badge(fold.event.outcome)) if fold.shows_outcome else NOTHING
    names = draw_names(fold.records, fold.more_records, fold.url) if fold.records else NOTHING
    return fill(
        _FOLD,
        fold.event.pk,
        mark(first.icon, first.tone),
        join([first.text, badges(fold.actor.person.badges), outcome]),
        draw_span(fold),
        each("<span>{}</span>", fold.sources),
        draw_only(pen, fold),
        draw_why(pen, further, fold.event),
        _places(fold),
        names,
        _events(fold),
        _open(fold),
    )


def draw_span(fold: ShownFold) -> SafeString:
    """From when to when."""
    style = "absolute" if fold.spans_days else "clock"
    before = fill("{} ", _("and more before")) if fold.goes_on else NOTHING
    return fill("{}{} – {}", before, when(fold.first_at, style), when(fold.at, style))


def _places(fold: ShownFold) -> SafeString:
    """How many records in each area."""
    if len(fold.places) < 2:
        return NOTHING
    parts: list[object] = [_place(place) for place in fold.places]
    if fold.more_places:
        words = ngettext("%(n)s more place", "%(n)s more places", fold.more_places)
        parts.append(words % {"n": fold.more_places})
    return fill('<p class="muted small">{}</p>', join(parts, " · "))


def _place(place: Place) -> SafeString:
    name = place.name
    named = fill('<a href="{}">{}</a>', name.url, name.text) if name.url else name.text
    return fill('{} <span class="strong">{}</span>', named, f"{place.count:,}")


def _events(fold: ShownFold) -> SafeString:
    words = ngettext("%(shown)s event", "%(shown)s events", fold.count)
    shown = words % {"shown": f"{fold.count:,}"}
    return fill(_EVENTS, shown, fold.part_url, fold.url, _("Show the events"))


def _open(fold: ShownFold) -> SafeString:
    words = _("All records, and what can be done") if fold.groups else _("Open")
    return fill(_OPEN, fold.url, words, icon("chevron-right"))


def draw_neighbours(pen: Pen, fold: Fold) -> SafeString:
    """Neighbours of one page that did the same."""
    count = len(fold.entries)
    return fill(
        _NEIGHBOURS,
        mark(fold.line.icon, fold.line.tone),
        fold.line.text,
        badges(fold.entries[0].actor.person.badges),
        when(fold.first_at, "clock"),
        when(fold.at, "clock"),
        draw_only(pen, fold),
        ngettext("%(n)s event", "%(n)s events", count) % {"n": count},
        draw_entries(pen, fold.entries),
    )
