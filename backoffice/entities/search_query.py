"""What someone typed or pasted into a search box, read once and bounded."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from backoffice.entities.access import parse_id
from backoffice.entities.search_key import normalise

LONGEST = 200
# An address spells each Korean syllable in nine letters.
LONGEST_URL = 2_000
MOST_WORDS = 20

_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_TRIGRAM = re.compile(r"[^\W_]{3}")
# Marks that change nothing to the eye and come along when text is copied from a page.
_INVISIBLE = dict.fromkeys(
    [0xFEFF, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)


class BadQuery(ValueError):
    """The search cannot be made as it was asked. Shorten it."""


@dataclass(frozen=True)
class Query:
    """A search.

    Attributes:
        text: as it was typed, without what cannot be seen.
        words: normalised; a record must hold every one. What stood in quotes is one word.
        id: the record id it may be: `42` or `#42`.
        url: the address it may be.
    """

    text: str
    words: tuple[str, ...]
    id: int | None = None
    url: SplitResult | None = None

    @property
    def is_id(self) -> bool:
        """Whether it can only be an id, because it says so with a `#`."""
        return self.id is not None and self.text.startswith("#")

    @property
    def has_trigrams(self) -> bool:
        """Whether the index can find candidates: three letters in a row, or one full syllable."""
        return any(_TRIGRAM.search(word) for word in self.words)

    @property
    def spellings(self) -> list[str]:
        """What an equal value may look like."""
        whole = unicodedata.normalize("NFC", self.text)
        return sorted({self.text, whole, whole.lower()})


def read_query(text: str) -> Query | None:
    """A search out of what was typed; None for nothing. BadQuery when it is too long."""
    text = clean(text)
    if not text:
        return None
    url = _url(text)
    if url is not None:
        return Query(text, (), url=url)
    if len(text) > LONGEST:
        raise BadQuery(
            _("A search has at most %(most)d characters; this one has %(length)d. Shorten it.")
            % {"most": LONGEST, "length": len(text)}
        )
    words = _words(text)
    if len(words) > MOST_WORDS:
        raise BadQuery(
            _("A search has at most %(most)d words. Leave out the common ones.")
            % {"most": MOST_WORDS}
        )
    return Query(text, words, id=parse_id(text.removeprefix("#")))


def clean(text: str) -> str:
    """Text without control characters and invisible marks, blanks in a row made one."""
    text = text[: LONGEST_URL * 2].translate(_INVISIBLE)
    return " ".join("".join(letter if _is_seen(letter) else " " for letter in text).split())


def _is_seen(letter: str) -> bool:
    """Controls and the unassigned are not; the joiner makes one emoji of several, and stays."""
    return letter.isprintable() or letter == "\u200d"


def _words(text: str) -> tuple[str, ...]:
    found = [quoted.strip() or plain for quoted, plain in _WORDS.findall(text)]
    return tuple(dict.fromkeys(normalise(word) for word in found if word)) or (normalise(text),)


def _url(text: str) -> SplitResult | None:
    if not re.match(r"https?://", text, re.IGNORECASE) or len(text) > LONGEST_URL:
        return None
    try:
        url = urlsplit(text)
        return url if url.hostname else None
    except ValueError:
        return None
