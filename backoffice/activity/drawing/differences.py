"""Texts with what was added and removed: as one text with marks, or side by side."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.differences import Is, Piece
from backoffice.activity.changes import ShownChange
from backoffice.activity.drawing.pen import Pen
from backoffice.activity.shown import ShownDifference, SideRow
from backoffice.console.markup import NOTHING, fill, join

_ROW = (
    '<div class="diff__row" role="row"><div class="diff__cell" role="cell">{}</div>'
    '<div class="diff__cell" role="cell">{}</div></div>'
)
_ACROSS = '<div class="diff__across" role="row"><div role="cell">{}</div></div>'
_SIDES = (
    '<div class="diff diff--rows" role="table" aria-label="{}">'
    '<div class="diff__row diff__heads" role="row"><div class="diff__cell" role="columnheader">{}'
    '</div><div class="diff__cell" role="columnheader">{}</div></div>{}{}</div>'
)
_FOLDED = (
    '<details class="timeline__more"{}><summary><span class="diff-count"><span class="added">+{}'
    '</span> <span class="removed">−{}</span> {}</span></summary>{}{}</details>'
)


def draw_difference(pen: Pen, change: ShownChange, found: ShownDifference) -> SafeString:
    """A changed text, open at once where it is short."""
    is_open = SafeString(" open") if found.is_short and not pen.is_excerpt else NOTHING
    rest = left_out(found, change.url)
    if pen.is_sides:
        rows = join(side_row(row, found.expands) for row in found.rows)
        text = fill(_SIDES, _("Before and after"), _("Before"), _("After"), rows, rest)
    else:
        text = fill('<div class="diff">{}{}</div>', draw_pieces(found.pieces, found.expands), rest)
    return fill(
        _FOLDED, is_open, f"{found.added:,}", f"{found.removed:,}", _("words"), text, _coarse(found)
    )


def _coarse(found: ShownDifference) -> SafeString:
    if not found.coarse:
        return NOTHING
    words = _("The texts differ so much that larger stretches than necessary are marked.")
    return fill('<p class="muted small">{}</p>', words)


def side_row(row: SideRow, expands: bool) -> SafeString:
    """A stretch of both texts beside each other."""
    if row.skipped:
        return fill(_ACROSS, draw_piece(row.skipped, expands))
    return fill(_ROW, draw_pieces(row.old), draw_pieces(row.new))


def left_out(found: ShownDifference, url: str) -> SafeString:
    """How much of a text is not shown, and where it is."""
    if not found.left_out:
        return NOTHING
    words = ngettext("… %(n)s more character", "… %(n)s more characters", found.left_out)
    link = fill(' <a href="{}">{}</a>', url, _("Show the whole difference")) if url else ""
    return fill('<span class="diff__skip">{}{}</span>', words % {"n": found.left_out}, link)


def draw_pieces(pieces: Sequence[Piece], expands: bool = False) -> SafeString:
    """A text with marks; folded stretches open where it `expands`."""
    return join(draw_piece(piece, expands) for piece in pieces)


def draw_piece(piece: Piece, expands: bool = False) -> SafeString:
    """One piece of a text; what is unchanged is folded away where it is long."""
    if piece.kind is Is.SKIPPED:
        return _skipped(piece.text, expands)
    if piece.kind is Is.SAME:
        return fill("{}", piece.text)
    tag, said = ("ins", _("added:")) if piece.kind is Is.ADDED else ("del", _("removed:"))
    marked = f'<{tag}><span class="visually-hidden">{{}}</span>{{}}</{tag}>'
    return fill(marked, said, _visible(piece.text))


def _skipped(text: str, expands: bool) -> SafeString:
    count = len(text)
    words = ngettext(
        "… %(count)s character unchanged …", "… %(count)s characters unchanged …", count
    ) % {"count": f"{count:,}"}
    if expands:
        opened = '<details class="diff__skip"><summary>{}</summary>{}</details>'
        return fill(opened, words, text)
    return fill('<span class="diff__skip">{}</span>', words)


def _visible(text: str) -> str:
    """Ends of lines and spaces that are all that changed get a sign of their own."""
    if text.strip():
        return text
    return text.replace("\n", "⏎\n").replace(" ", "·").replace("\t", "⇥")
