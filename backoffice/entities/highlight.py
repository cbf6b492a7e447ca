"""Marking where a search was found, in the text as it is written.

Search compares decomposed letters (`normalise`); what is marked are whole letters of the composed
text, so that a half-typed syllable marks the syllable.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from backoffice.entities.search_key import normalise

# Longer texts are cut before they are looked through.
LONGEST = 4_000
Span = tuple[int, int]


def holds(text: str, words: Sequence[str]) -> bool:
    """Whether every one of the normalised words is in the text."""
    key = normalise(text[:LONGEST])
    return all(word in key for word in words)


def holds_any(text: str, words: Sequence[str]) -> bool:
    """Whether one of the normalised words is in the text."""
    key = normalise(text[:LONGEST])
    return any(word in key for word in words)


def mark(text: str, words: Sequence[str]) -> SafeString:
    """The text, escaped, with `<mark>` around every place where one of the words stands."""
    letters = _letters(text[:LONGEST])
    spans = _spans(letters, words)
    parts, end = [], 0
    for start, stop in spans:
        parts.append(("", "".join(letters[end:start])))
        parts.append(("mark", "".join(letters[start:stop])))
        end = stop
    parts.append(("", "".join(letters[end:]) + text[LONGEST:]))
    return format_html_join("", "{}", ((_tagged(tag, part),) for tag, part in parts if part))


def excerpt(text: str, words: Sequence[str], around: int = 60) -> SafeString:
    """A line of the text around the first place where a word stands, marked."""
    letters = _letters(" ".join(text[:LONGEST].split()))
    spans = _spans(letters, words)
    first = spans[0] if spans else (0, 0)
    start, stop = max(0, first[0] - around), first[1] + 2 * around
    shown = "".join(letters[start:stop])
    before, after = "…" if start else "", "…" if stop < len(letters) else ""
    return format_html("{}{}{}", before, mark(shown, words), after)


def _tagged(tag: str, part: str) -> SafeString:
    return format_html("<mark>{}</mark>", part) if tag else format_html("{}", part)


def _letters(text: str) -> list[str]:
    """The composed text in letters, each with the marks that combine with it."""
    letters: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        if letters and unicodedata.combining(character):
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _spans(letters: Sequence[str], words: Sequence[str]) -> list[Span]:
    """Where the words stand, in letters; overlapping and touching places made one."""
    decomposed = [normalise(letter) for letter in letters]
    key = "".join(decomposed)
    owner = [index for index, part in enumerate(decomposed) for _ in part]
    places = sorted(
        (owner[at], owner[at + len(word) - 1] + 1)
        for word in words
        if word
        for at in _occurrences(key, word)
    )
    merged: list[Span] = []
    for start, stop in places:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _occurrences(key: str, word: str) -> list[int]:
    found, at = [], key.find(word)
    while at >= 0:
        found.append(at)
        at = key.find(word, at + len(word))
    return found
