"""What changed between two texts, word by word. Pure functions; the front door is `differences`.

Texts of any length cost bounded work: lines first, then the words of changed lines, with one budget
(see `alignment`); where it does not suffice a stretch is given as replaced and `coarse` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from audit.alignment import Block, Work, changed_blocks

# A character with what belongs to it: marks, joined emoji, a Korean syllable in jamo.
_MARKS = "[\u0300-\u036f\u20d0-\u20ff\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*"
_CHARACTER = re.compile(
    rf"(?:[\u1100-\u115f][\u1160-\u11a7]*[\u11a8-\u11ff]*|.){_MARKS}(?:\u200d.{_MARKS})*", re.DOTALL
)
# Words; single characters of scripts that set no spaces; stretches of spaces; all else by itself.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|"
    rf"(?:[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{_MARKS})+|[^\S\n]+|\n|" + _CHARACTER.pattern,
    re.DOTALL,
)
# A longer word is taken apart: titles without spaces, base64, long addresses.
LONGEST_WORD = 24
# Changed lines that keep less than this part of themselves read better as replaced.
KEPT_AT_LEAST = 0.15


class Is(StrEnum):
    """What a piece of text is."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Piece:
    """A stretch of text and what became of it. SKIPPED is unchanged text that is folded away."""

    kind: Is
    text: str


@dataclass(frozen=True)
class TextDifference:
    """Two texts as one run of pieces, with the number of words added and removed.

    `coarse`: the budget did not suffice to find the smallest difference; it is still a true one.
    """

    pieces: tuple[Piece, ...]
    added: int
    removed: int
    coarse: bool = False

    @property
    def old(self) -> str:
        return "".join(p.text for p in self.pieces if p.kind is not Is.ADDED)

    @property
    def new(self) -> str:
        return "".join(p.text for p in self.pieces if p.kind is not Is.REMOVED)


def compare_texts(old: str, new: str, work: Work | None = None) -> TextDifference:
    """The difference word by word; a shared `work` bounds a whole page of differences."""
    work = Work() if work is None else work
    before = work.coarse
    work.coarse = False
    a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    at = 0
    for block in changed_blocks(a, b, work):
        pieces += _same(a[at : block.old_start])
        pieces += _compare_words(*_texts(a, b, block), work)
        at = block.old_end
    pieces += _same(a[at:])
    coarse, work.coarse = work.coarse, before or work.coarse
    merged = tuple(_merged(pieces))
    return TextDifference(merged, _words(merged, Is.ADDED), _words(merged, Is.REMOVED), coarse)


def _texts(a: list[str], b: list[str], block: Block) -> tuple[str, str]:
    old, new = a[block.old_start : block.old_end], b[block.new_start : block.new_end]
    return "".join(old), "".join(new)


def _same(items: list[str]) -> list[Piece]:
    return [Piece(Is.SAME, "".join(items))] if items else []


def _replaced(old: str, new: str) -> list[Piece]:
    pieces = [Piece(Is.REMOVED, old), Piece(Is.ADDED, new)]
    return [piece for piece in pieces if piece.text]


def _compare_words(old: str, new: str, work: Work) -> list[Piece]:
    """The words of changed lines; replaced as a whole where hardly any word was kept."""
    a, b = _tokens(old), _tokens(new)
    pieces: list[Piece] = []
    at = kept = 0
    for block in changed_blocks(a, b, work):
        same = a[at : block.old_start]
        kept += sum(len(token) for token in same if not token.isspace())
        pieces += _same(same)
        pieces += _compare_word(*_texts(a, b, block))
        at = block.old_end
    kept += sum(len(token) for token in a[at:] if not token.isspace())
    pieces += _same(a[at:])
    if old and new and kept < KEPT_AT_LEAST * min(len(old), len(new)) and len(pieces) > 3:
        return _replaced(old, new)
    return list(_smoothed(list(_merged(pieces))))


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    for token in _TOKEN.findall(text):
        found += _CHARACTER.findall(token) if len(token) > LONGEST_WORD else [token]
    return found


def _compare_word(old: str, new: str) -> list[Piece]:
    """One Korean word for another, as in 환불은 → 환불이: what they share at their ends is kept."""
    if old.isascii() or new.isascii() or not (old.isalnum() and new.isalnum()):
        return _replaced(old, new)
    a, b = _CHARACTER.findall(old), _CHARACTER.findall(new)
    head = _shared(a, b)
    tail = _shared(a[head:][::-1], b[head:][::-1])
    if 2 * (head + tail) < min(len(a), len(b)):
        return _replaced(old, new)
    middle = _replaced("".join(a[head : len(a) - tail]), "".join(b[head : len(b) - tail]))
    return [*_same(a[:head]), *middle, *_same(a[len(a) - tail :])]


def _shared(a: list[str], b: list[str]) -> int:
    count = 0
    for one, other in zip(a, b, strict=False):
        if one != other:
            break
        count += 1
    return count


def _smoothed(pieces: list[Piece]) -> Iterator[Piece]:
    """Spaces between two changes belong to them: a replaced phrase reads as one."""
    for index, piece in enumerate(pieces):
        inside = 0 < index < len(pieces) - 1
        if inside and piece.kind is Is.SAME and piece.text.isspace() and "\n" not in piece.text:
            yield Piece(Is.REMOVED, piece.text)
            yield Piece(Is.ADDED, piece.text)
        else:
            yield piece


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """In each run of changes all that was removed comes first, then all that was added."""
    for is_same, run in groupby(pieces, key=lambda piece: piece.kind is Is.SAME):
        texts: dict[Is, list[str]] = {Is.REMOVED: [], Is.ADDED: [], Is.SAME: []}
        for piece in run:
            texts[piece.kind].append(piece.text)
        kinds = (Is.SAME,) if is_same else (Is.REMOVED, Is.ADDED)
        yield from (Piece(kind, "".join(texts[kind])) for kind in kinds if texts[kind])


def _words(pieces: Iterable[Piece], kind: Is) -> int:
    tokens = (token for p in pieces if p.kind is kind for token in _TOKEN.findall(p.text))
    return sum(1 for token in tokens if token[0].isalnum())


def folded(pieces: Iterable[Piece], around: int = 80) -> list[Piece]:
    """The pieces with unchanged text further than `around` characters from any change folded."""
    pieces = list(pieces)
    shown: list[Piece] = []
    for index, piece in enumerate(pieces):
        if piece.kind is not Is.SAME or len(piece.text) <= 3 * around:
            shown.append(piece)
            continue
        head = _cut(piece.text, around) if index else 0
        rest = len(piece.text) - head
        tail = _cut(piece.text[head:][::-1], around) if index < len(pieces) - 1 else 0
        parts = (
            Piece(Is.SAME, piece.text[:head]),
            Piece(Is.SKIPPED, piece.text[head : head + rest - tail]),
            Piece(Is.SAME, piece.text[head + rest - tail :]),
        )
        shown += [part for part in parts if part.text]
    return shown


def _cut(text: str, near: int) -> int:
    """Where to cut: at a space soon after `near`, else just there."""
    blank = re.search(r"\s", text[near : near + 24])
    return near + (blank.start() if blank else 0)


def shortened(pieces: Iterable[Piece], limit: int) -> tuple[list[Piece], int]:
    """The pieces up to `limit` shown characters, and how many characters are left out."""
    shown: list[Piece] = []
    room, left_out = limit, 0
    for piece in pieces:
        if piece.kind is Is.SKIPPED and room > 0:
            shown.append(piece)
            continue
        taken = piece.text[:room]
        if taken:
            shown.append(Piece(piece.kind, taken))
        room -= len(taken)
        left_out += len(piece.text) - len(taken)
    return shown, left_out
