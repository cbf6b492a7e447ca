"""Addresses of the customers' product, pasted into the search box: areas say what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult


@dataclass(frozen=True)
class Reading:
    """What a pasted address may mean.

    Attributes:
        understood: one translated sentence that says how it was read; it names nothing that is
            closed to the person.
        found: ids of records by entity name, the likeliest first.
        is_certain: whether a single record is surely what was meant, and may be opened at once.
    """

    understood: str
    found: Mapping[str, Sequence[int]]
    is_certain: bool = True


# Given the address and who asks; it looks among what they may see (`access.visible_records`).
Reader = Callable[[SplitResult, Any], Reading | None]
_readers: list[Reader] = []


def register_reader(reader: Reader) -> Reader:
    """Add a function that reads addresses, usable as a decorator; None: not one of its kind."""
    _readers.append(reader)
    return reader


def read(url: SplitResult, staff: Any) -> Reading | None:
    """What the first reader that understands the address makes of it, for this person."""
    for reader in _readers:
        reading = reader(url, staff)
        if reading is not None:
            return reading
    return None
