"""Entries of timelines and feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.history_tables import Version
from audit.models import Event
from backoffice.activity.drawing.changes import draw_changes, draw_state
from backoffice.activity.drawing.pen import Pen, badges, mark
from backoffice.activity.entries import Line, ShownEntry
from backoffice.activity.version_actions import version_actions_of
from backoffice.console.markup import NOTHING, each, fill, join
from backoffice.console.paths import path_of
from backoffice.console.templatetags.console import badge, icon, moment_with_clock, ticket, when
from backoffice.entities.names import Name

_ENTRY = (
    '<li class="timeline__entry" id="event-{}">{}<div class="timeline__body">'
    '<div class="timeline__line"><span class="timeline__said">{}</span>'
    '<span class="timeline__meta">{}</span></div>{}{}{}</div></li>'
)
_SPAN, _ONLY = "<span>{}</span>", '<span><a href="{}">{}</a></span>'
_ALSO = '<p class="timeline__also">{}<span>{}</span></p>'
_NUMBER = '<a href="{}" title="{}">#{}</a>'
_AS_OF = '<span><a href="{}" title="{}">{} {}</a></span>'
_PICK = (
    '<p class="pick muted small">{} <label><input type="radio" name="from" value="{}" '
    'form="compare"> {}</label> <label><input type="radio" name="to" value="{}" form="compare"> '
    "{}</label>{}</p>"
)
_MORE = ' <a class="muted nowrap" href="{}">{}</a>'
NAME_LENGTH = 60


def draw_entries(pen: Pen, entries: Iterable[ShownEntry]) -> SafeString:
    """Entries in a row, without the list around them."""
    return join(draw_entry(pen, entry) for entry in entries)


def draw_entry(pen: Pen, entry: ShownEntry) -> SafeString:
    """One entry: what was done, when, by whom and from where, why, and what changed."""
    first = entry.lines[0]
    return fill(
        _ENTRY,
        entry.event.pk,
        mark(first.icon, first.tone),
        _said(entry, first),
        _meta(pen, entry),
        draw_why(pen, entry.lines[1:], entry.event),
        _body(pen, entry),
        _pick(pen, entry),
    )


def _said(entry: ShownEntry, first: Line) -> SafeString:
    parts: list[object] = [first.text]
    if entry.others:
        parts.append(fill(' <a class="nowrap" href="{}">{}</a>', entry.url, entry.others))
    parts.append(badges(entry.actor.person.badges))
    if entry.shows_outcome:
        parts.append(fill(" {}", badge(entry.event.outcome)))
    return join(parts)


def _meta(pen: Pen, entry: ShownEntry) -> SafeString:
    """When, from where, and ways on: to the actor, the record as it was then, the event."""
    if pen.is_excerpt:
        parts = [fill(_SPAN, when(entry.at))]
    else:
        at, where = fill(_SPAN, moment_with_clock(entry.at)), each(_SPAN, entry.sources)
        parts = [at, where, draw_only(pen, entry), _as_of(pen, entry)]
    if not entry.is_archived:
        parts.append(fill(_NUMBER, entry.url, pen.words.event_title, entry.event.pk))
    return join(parts)


def draw_only(pen: Pen, row: object) -> SafeString:
    """The way to what the actor of a row did."""
    return fill(_ONLY, pen.by_actor(row), pen.words.only_person)


def _as_of(pen: Pen, entry: ShownEntry) -> SafeString:
    if not entry.as_of_url:
        return NOTHING
    words = pen.words
    return fill(_AS_OF, entry.as_of_url, words.as_of_title, icon("calendar"), words.as_of)


def draw_why(pen: Pen, further: Sequence[Line], event: Event) -> SafeString:
    """What else was done, and the reason and ticket."""
    also = join([*(fill(_ALSO, icon(line.icon), line.text) for line in further), _agreed(event)])
    if not event.reason and not event.ticket:
        return also
    number = fill(" {}", ticket(event.ticket)) if event.ticket else NOTHING
    return join([also, fill('<p class="timeline__reason">{}{}</p>', event.reason, number)])


def _agreed(event: Event) -> SafeString:
    """The second person, where one had to agree."""
    if not event.approver_label:
        return NOTHING
    who = _("Approved by %(who)s") % {"who": event.approver_label}
    return fill(_ALSO, icon("check-circle"), who)


def _body(pen: Pen, entry: ShownEntry) -> SafeString:
    parts: list[object] = []
    if entry.records:
        parts.append(draw_names(entry.records, entry.more_records, entry.url))
    if entry.changes:
        parts.append(draw_changes(pen, entry.changes))
    if entry.state:
        parts.append(draw_state(pen, entry.state))
    if entry.facts:
        facts = join((fill("{}: {}", *fact) for fact in entry.facts), " · ")
        parts.append(fill('<p class="muted small">{}</p>', facts))
    return join(parts)


def draw_names(names: Sequence[Name], more: int, url: str) -> SafeString:
    """A few of several records, and how many others there are."""
    named = join((_name(name) for name in names), ", ")
    others = _others(more, url) if more else NOTHING
    return fill('<p class="timeline__records small">{}{}</p>', named, others)


def _others(more: int, url: str) -> SafeString:
    words = ngettext("and %(shown)s other", "and %(shown)s others", more)
    return fill(_MORE, url, words % {"shown": f"{more:,}"})


def _name(name: Name) -> SafeString:
    short = name.text
    if len(short) > NAME_LENGTH:
        short = Truncator(short).chars(NAME_LENGTH)
    if not name.url:
        return fill(_SPAN, short)
    return fill('<a href="{}" title="{}">{}</a>', name.url, name.text, short)


def _pick(pen: Pen, entry: ShownEntry) -> SafeString:
    """Which two versions are compared, by the form "compare" above the timeline."""
    version, entity, words = entry.version, pen.comparing, pen.words
    if version is None or entity is None:
        return NOTHING
    url, pk = path_of("activity-compare", version.record_id, (entity.slug,)), version.history_id
    ways = fill(' <a href="{}?from={}&amp;to=now">{}</a>', url, pk, words.with_now)
    if not version.created:
        before = fill(' <a href="{}?to={}">{}</a>', url, pk, words.with_before)
        ways = join([before, ways])
    ways = join([ways, _restore(pen, version)])
    return fill(_PICK, words.compare, pk, words.from_this, pk, words.to_this, ways)


def _restore(pen: Pen, version: Version) -> SafeString:
    """What other rooms offer to do with a version."""
    if pen.is_gone or pen.request is None:
        return NOTHING
    actions = version_actions_of(pen.request.user, version)
    return join(fill(' <a href="{}">{}</a>', action.url, action.label) for action in actions)
