"""Moves whose targets wait for one another.

A path is taken by one living page at a time, and the database checks it row by row. A chain of
moves is put in an order in which each target is free; pages that exchange their places in a ring
have no such order, so their texts are exchanged instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from articles.importing.lines import BadLine
from articles.importing.tree import Page


class Movable(Protocol):
    """A page on its way: where it stood, where it goes, and the text that the move carries."""

    page: Page
    path: str
    text: tuple[str, str] | None


def unlock(movers: list[Movable], language: str) -> list[str]:
    """Sorts moves into an order that works, undoes rings in favour of their texts, says so.

    Raises BadLine for a ring of pages that have texts which its moves do not carry.
    """
    ordered, ring = _ordered(movers)
    movers[:] = [*ordered, *ring]
    if not ring:
        return []
    if any(set(d.page.texts) != {language} for d in ring):
        raise BadLine("pages in several languages exchange their places; write it as two lines")
    _exchange_texts(ring)
    paths = ", ".join(sorted(d.path for d in ring))
    return [f"{paths} exchange their places: their texts were exchanged"]


def _ordered(movers: Sequence[Movable]) -> tuple[list[Movable], list[Movable]]:
    """The moves one after the other, and those that only lead round to themselves."""
    waiting, ordered = list(movers), []
    while waiting:
        taken = {d.page.path for d in waiting}
        free = [d for d in waiting if d.path not in taken]
        if not free:
            break
        ordered += free
        waiting = [d for d in waiting if d.path in taken]
    return ordered, waiting


def _exchange_texts(ring: Sequence[Movable]) -> None:
    texts = {d.path: d.text for d in ring}
    for draft in ring:
        draft.path = draft.page.path
        draft.text = texts[draft.path]
