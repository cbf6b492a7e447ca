"""The site in memory, as the database has it: paths, ids and digests, never the texts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from articles.importing.lines import Author


def digest_of(title: str, body: str) -> bytes:
    """What tells one text from another; the database computes the same (storage.TEXTS)."""
    return hashlib.sha256(f"{len(title)}:{title}{body}".encode()).digest()


def folder_of(path: str) -> str:
    """The folders of a path; empty for a page at the top."""
    return path.rpartition("/")[0]


@dataclass(frozen=True)
class Text:
    """One translation: its id and what tells its text from another."""

    id: int
    digest: bytes


@dataclass(frozen=True)
class Page:
    """An article at its path, with its texts by language."""

    id: int
    path: str
    texts: dict[str, Text] = field(default_factory=dict)

    def at(self, path: str) -> Page:
        return replace(self, path=path)

    def with_text(self, language: str, text: Text) -> Page:
        return replace(self, texts={**self.texts, language: text})


@dataclass
class Tree:
    """Everything that a line can speak of. `new_id` gives the next id of a table.

    Args:
        pages: living articles by path.
        folders: categories by path.
        members: id and details by key.
    """

    new_id: Callable[[str], int]
    pages: dict[str, Page] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    members: dict[str, tuple[int, Author]] = field(default_factory=dict)
