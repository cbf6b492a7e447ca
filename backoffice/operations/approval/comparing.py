"""A preview as it was, beside what would be done now: row by row, what differs first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from backoffice.operations.approval.looking import Now, comparable
from backoffice.operations.approval.models import Request
from backoffice.operations.approval.shown import operation_of
from backoffice.operations.presentation import group_of, presented_rows
from backoffice.operations.targets import SHOWN

Row = dict[str, Any]


@dataclass(frozen=True)
class Pair:
    """One record's row then and now; None where it has none."""

    was: Row | None
    now: Row | None
    is_same: bool

    @property
    def state(self) -> str:
        """In one word, for the mark beside it."""
        if self.is_same:
            return "same"
        if self.was is None:
            return "added"
        return "gone" if self.now is None else "different"

    @property
    def row(self) -> Row:
        """The one that says which record it is."""
        return self.now or self.was or {}


@dataclass(frozen=True)
class Comparison:
    """What the page of an open request shows; `was` and `now` are groups in words."""

    pairs: list[Pair]
    others: int
    was: list[Row]
    now: list[Row]
    is_same: bool
    differing: int


def compared(staff: Any, found: Request, now: Now | None) -> Comparison:
    """Both sides for one reader; without `now` there is only the preview as it was."""
    operation = operation_of(found)
    new_rows = now.rows if now else []
    was = presented_rows(staff, found.rows)
    then = presented_rows(staff, new_rows)
    pairs = _pairs(found.rows, was, new_rows, then, now is None)
    pairs.sort(key=lambda pair: pair.is_same)
    effects = now.effects if now else []
    differing = sum(not pair.is_same for pair in pairs)
    same = now is not None and not differing and _sorted(effects) == _sorted(found.effects)
    return Comparison(
        pairs=pairs[:SHOWN],
        others=len(pairs) - SHOWN,
        was=[group_of(operation, effect, was) for effect in found.effects],
        now=[group_of(operation, effect, then) for effect in effects],
        is_same=same,
        differing=differing,
    )


def _sorted(effects: Iterable[Row]) -> list[str]:
    return sorted(str(sorted(effect.items())) for effect in effects)


def _pairs(
    old: list[Row], was: list[Row], new: list[Row], now: list[Row], alone: bool
) -> list[Pair]:
    """Rows of the same record side by side, in the order in which they were written."""
    before, after = _by_record(old, was), _by_record(new, now)
    found = []
    for key in dict.fromkeys([*before, *after]):
        raw_was, shown_was = before.get(key, (None, None))
        raw_now, shown_now = after.get(key, (None, None))
        same = alone or (
            raw_was is not None
            and raw_now is not None
            and comparable(raw_was) == comparable(raw_now)
        )
        found.append(Pair(shown_was, shown_now, same))
    return found


def _by_record(raw: list[Row], shown: list[Row]) -> dict[tuple[Any, ...], tuple[Row, Row]]:
    """By entity and id; new records, whose ids differ each time, by their order."""
    found: dict[tuple[Any, ...], tuple[Row, Row]] = {}
    made = 0
    for row, words in zip(raw, shown, strict=True):
        is_new = row["verb"] == "created"
        made += is_new
        key = (row["entity"], row["verb"], made) if is_new else (row["entity"], "", row["id"])
        # A record that is written twice in one go has two rows.
        while key in found:
            key = (*key, 0)
        found[key] = (row, words)
    return found
