"""Differences cut to what a page shows: texts as pieces or side by side, JSON by place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from audit.differences import ABSENT, Is, Piece, TextDifference, compare_json

SHORT = 400
# How many places of a JSON value one change shows: in a timeline, and where it is all there is.
PATHS, ALL_PATHS, PATH_VALUE = 20, 500, 120


@dataclass(frozen=True)
class SideRow:
    """A stretch of two texts beside each other; one that is folded away stands across both."""

    old: list[Piece] = field(default_factory=list)
    new: list[Piece] = field(default_factory=list)
    skipped: Piece | None = None


@dataclass(frozen=True)
class ShownDifference:
    """A text difference, folded and cut to what fits; `left_out` characters are elsewhere.

    `expands`: folded stretches open where they stand, since the page holds them.
    """

    pieces: list[Piece]
    added: int
    removed: int
    left_out: int = 0
    coarse: bool = False
    expands: bool = False

    @property
    def is_short(self) -> bool:
        """Whether it is shown at once, without a click."""
        return self.expands or self._length <= SHORT

    @property
    def _length(self) -> int:
        return sum(len(p.text) for p in self.pieces if p.kind is not Is.SKIPPED)

    @property
    def rows(self) -> list[SideRow]:
        """The same side by side, line beside line."""
        return list(_rows(self.pieces))


@dataclass(frozen=True)
class ShownPath:
    """One place of a JSON value that differs."""

    path: str
    old: str
    new: str


def shown_difference(
    found: TextDifference, pieces: list[Piece], left_out: int = 0, *, expands: bool = False
) -> ShownDifference:
    """A difference with the pieces of it that are shown."""
    return ShownDifference(pieces, found.added, found.removed, left_out, found.coarse, expands)


def shown_paths(old: Any, new: Any, limit: int) -> tuple[list[ShownPath], int]:
    """The places that differ, and how many more there are."""
    found = compare_json(old, new)
    shown = [
        ShownPath(place.path or "…", _json(place.old), _json(place.new)) for place in found[:limit]
    ]
    return shown, len(found) - len(shown)


def _json(value: Any) -> str:
    if value is ABSENT:
        return "—"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= PATH_VALUE else f"{text[:PATH_VALUE]}…"


def _rows(pieces: Iterable[Piece]) -> Iterator[SideRow]:
    """Rows end where an unchanged line ends, so that what belongs together stands together."""
    row = SideRow()
    for piece in pieces:
        if piece.kind is Is.SKIPPED:
            yield from _filled(row)
            yield SideRow(skipped=piece)
            row = SideRow()
            continue
        first, *rest = _lines(piece) if piece.kind is Is.SAME else [piece]
        _put(row, first)
        for following in rest:
            yield from _filled(row)
            row = SideRow()
            _put(row, following)
    yield from _filled(row)


def _lines(piece: Piece) -> list[Piece]:
    """An unchanged piece as the rest of a line, whole lines, and the beginning of the next."""
    head, end, rest = piece.text.partition("\n")
    whole, last_end, tail = rest.rpartition("\n")
    parts = [head + end, *([whole + last_end] if last_end else []), tail]
    return [Piece(Is.SAME, part) for part in parts] if end else [piece]


def _put(row: SideRow, piece: Piece) -> None:
    if piece.kind is not Is.ADDED and piece.text:
        row.old.append(piece)
    if piece.kind is not Is.REMOVED and piece.text:
        row.new.append(piece)


def _filled(row: SideRow) -> Iterator[SideRow]:
    if row.old or row.new:
        yield row
