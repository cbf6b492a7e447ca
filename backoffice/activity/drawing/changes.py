"""Changed fields, and what a record held, as lists of labels and values."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.activity.changes import ShownChange
from backoffice.activity.drawing.differences import draw_difference
from backoffice.activity.drawing.pen import Pen
from backoffice.console.markup import NOTHING, fill, join
from backoffice.console.templatetags.console import when
from backoffice.entities.templatetags.entities import value
from backoffice.entities.values import Readable

_CHANGES = '<dl class="changes">{}</dl>'
_CHANGE = '<div class="change"><dt>{}</dt><dd>{}</dd></div>'
_PAIR = '<del>{}</del><span class="arrow">→</span><ins>{}</ins>'
_PATH = (
    '<div class="change__path"><code>{}</code> <del>{}</del><span class="arrow">→</span>'
    "<ins>{}</ins></div>"
)
_STATE = (
    '<details class="timeline__more"><summary>{}</summary><dl class="changes">{}</dl></details>'
)


def draw_changes(pen: Pen, changes: Iterable[ShownChange]) -> SafeString:
    """Fields with what they were and became."""
    return fill(
        _CHANGES, join(fill(_CHANGE, change.label, _change(pen, change)) for change in changes)
    )


def _change(pen: Pen, change: ShownChange) -> SafeString:
    if change.difference:
        return draw_difference(pen, change, change.difference)
    if change.paths:
        places = join(fill(_PATH, place.path, place.old, place.new) for place in change.paths)
        return join([places, _more_paths(change)])
    if change.note:
        return join([change.note, _whole(change)])
    return fill(_PAIR, changed_value(change.old), changed_value(change.new))


def _more_paths(change: ShownChange) -> SafeString:
    if not change.more_paths:
        return NOTHING
    words = ngettext("… %(n)s more place", "… %(n)s more places", change.more_paths)
    text = words % {"n": change.more_paths}
    return fill('<p class="muted small">{}{}</p>', text, _whole(change))


def _whole(change: ShownChange) -> SafeString:
    if not change.url:
        return NOTHING
    return fill(' <a href="{}">{}</a>', change.url, _("Show the difference"))


def changed_value(readable: Readable) -> SafeString:
    """One side of a change, on one line; moments in full."""
    if readable.kind == "date":
        return when(readable.value, "absolute")
    return value(readable, short=True)


def draw_state(pen: Pen, state: Iterable[tuple[str, Readable]]) -> SafeString:
    """What a record held when it was made or ended."""
    lines = join(fill(_CHANGE, label, changed_value(read)) for label, read in state)
    return fill(_STATE, pen.words.held, lines)
