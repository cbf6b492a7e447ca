"""Pages by keyset: where one ends is where the next begins, whatever comes in between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

_Row = TypeVar("_Row")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,19})")
_LARGEST = 2**63 - 1


@dataclass(frozen=True, order=True)
class Position:
    """A place in what is read newest first: a time, and an id among what has that time.

    As text it is the cursor of an address: microseconds since 1970, a point, the id.
    """

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """The position that `str` wrote; ValueError for anything else."""
        found = _CURSOR.fullmatch(text)
        if not found:
            raise ValueError(f"{text[:40]!r} is no position in a list. Go back to its first page.")
        try:
            at = _EPOCH + timedelta(microseconds=int(found[1]))
        except OverflowError:
            raise ValueError(f"{text[:40]!r} lies outside of all time.") from None
        return cls(at, min(int(found[2]), _LARGEST))


@dataclass(frozen=True)
class Page(Generic[_Row]):
    """Some rows and where to go on.

    Attributes:
        rows: newest first.
        next: where the next page begins; None at the end.
        looked_back_to: set when a filter found too little in as far as one page looks back: there
            may be more beyond `next`.
    """

    rows: list[_Row]
    next: Position | None = None
    looked_back_to: datetime | None = None
