"""What changed between two versions: fields, texts word by word, JSON by path. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from audit.alignment import Work, changed_blocks
from audit.texts import Is, Piece, TextDifference, compare_texts, folded, shortened

__all__ = [
    "ABSENT",
    "Is",
    "PathChange",
    "Piece",
    "TextDifference",
    "Work",
    "changed_fields",
    "compare_json",
    "compare_texts",
    "folded",
    "shortened",
]
# Deeper values are compared as a whole.
DEPTH = 20


class _Absent:
    """Stands for a value that is not there, where None is a value."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()


@dataclass(frozen=True)
class PathChange:
    """One place in a JSON value: `old` or `new` is ABSENT where the path was not there."""

    path: str
    old: Any
    new: Any


def changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Names whose values differ, in the order of `new`, then those that only `old` has."""
    names = [*new, *(name for name in old if name not in new)]
    return [name for name in names if not _equal(old.get(name, ABSENT), new.get(name, ABSENT))]


def compare_json(old: Any, new: Any) -> list[PathChange]:
    """Every place that differs: `blocks[2].title`, or "" for the whole value."""
    return list(_compare(old, new, "", DEPTH))


def _compare(old: Any, new: Any, path: str, depth: int) -> Iterator[PathChange]:
    if depth and isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            place = f"{path}{_step(key, path)}"
            yield from _compare(old.get(key, ABSENT), new.get(key, ABSENT), place, depth - 1)
    elif depth and isinstance(old, list) and isinstance(new, list):
        yield from _compare_lists(old, new, path, depth)
    elif not _equal(old, new):
        yield PathChange(path, old, new)


def _compare_lists(old: list[Any], new: list[Any], path: str, depth: int) -> Iterator[PathChange]:
    """Items that stayed are passed over, wherever they stand now; the rest is compared in pairs.

    A place is numbered as in the new list, or as in the old one where nothing replaced it.
    """
    for block in changed_blocks([_canonical(item) for item in old], [_canonical(i) for i in new]):
        a = old[block.old_start : block.old_end]
        b = new[block.new_start : block.new_end]
        for index in range(max(len(a), len(b))):
            before = a[index] if index < len(a) else ABSENT
            after = b[index] if index < len(b) else ABSENT
            number = (block.old_start if after is ABSENT else block.new_start) + index
            yield from _compare(before, after, f"{path}[{number}]", depth - 1)


def _step(key: str, path: str) -> str:
    """A key as a step of a path; one that is no plain word is quoted."""
    if key.isidentifier():
        return f".{key}" if path else key
    return f"[{json.dumps(key, ensure_ascii=False)}]"


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _equal(old: Any, new: Any) -> bool:
    """Equality in which True is not 1, at any depth, since JSON tells them apart."""
    if old is ABSENT or new is ABSENT:
        return old is new
    if isinstance(old, dict | list) or isinstance(new, dict | list):
        return type(old) is type(new) and _canonical(old) == _canonical(new)
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)
