"""Pages by keyset: where one ends is where the next begins, whatever comes in between."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar, overload

_Row = TypeVar("_Row")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,19})")
_LARGEST = 2**63 - 1
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, order=True)
class Position:
    """A place in what is read newest first: a time, and an id among what has that time.

    As text it is the cursor of an address: microseconds since 1970, a point, the id.
    """

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.microseconds}.{self.id}"

    @property
    def microseconds(self) -> int:
        """The time as microseconds since 1970."""
        return (self.at - _EPOCH) // MICROSECOND

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


@dataclass
class Places(Sequence[Position]):
    """Places, newest first, as bare numbers: thousands of them are no objects until looked at.

    Attributes: times: microseconds since 1970; ids: what has these times.
    """

    times: list[int] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, *places: Position) -> Places:
        return cls([place.microseconds for place in places], [place.id for place in places])

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Position: ...

    @overload
    def __getitem__(self, index: slice) -> Places: ...

    def __getitem__(self, index: int | slice) -> Position | Places:
        if isinstance(index, slice):
            return Places(self.times[index], self.ids[index])
        return Position(_EPOCH + self.times[index] * MICROSECOND, self.ids[index])

    def extend(self, older: Places) -> None:
        """Take in the places that follow."""
        self.times += older.times
        self.ids += older.ids

    def below(self, place: Position | None) -> Places:
        """Those older than a place; all for None."""
        if place is None:
            return self
        return self[
            bisect_right(
                range(len(self)),
                (-place.microseconds, -place.id),
                key=lambda n: (-self.times[n], -self.ids[n]),
            ) :
        ]


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
