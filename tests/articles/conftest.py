"""Importing into a database of one's own, and what stands there afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from articles.models import Article, Category, Space, Translation
from tests.articles.histories import State, save

CHANNEL = "뷰 문서"


class Imported:
    """What a run of the command said, and how it ended."""

    def __init__(self, said: str, error: CommandError | None) -> None:
        self.said, self.error = said, error

    @property
    def status(self) -> int:
        return self.error.returncode if self.error else 0

    def notes(self) -> list[str]:
        """What was said of single lines."""
        return [text for text in self.said.splitlines() if text.startswith("line ")]


def load_into(database: Any, folder: Path, lines: Any, name: str, **options: Any) -> Imported:
    """Loads handmade lines, or a file, into a database by the command."""
    path = lines if isinstance(lines, Path) else save(folder / name, lines)
    said, error = StringIO(), None
    with override_settings(IMPORT_DATABASE_URL=database.url("importer")):
        try:
            call_command("import_history", path, stdout=said, **{"channel": CHANNEL, **options})
        except CommandError as caught:
            error = caught
    return Imported(said.getvalue(), error)


@pytest.fixture
def load(committed_db, tmp_path) -> Callable[..., Imported]:
    """`load(lines, name=…, **options)` into a database of the test's own."""

    def run(lines: Any, name: str = "history.ndjson", **options: Any) -> Imported:
        return load_into(committed_db, tmp_path, lines, name, **options)

    return run


def site_now(space: str = "Help center") -> State:
    """The living pages of a site by path and language."""
    return _state(
        Space.objects.get(name=space).pk,
        Category.objects.all(),
        Article.objects.filter(deleted_at=None),
        Translation.objects.filter(deleted_at=None),
    )


def site_as_of(when: datetime, space: str = "Help center") -> State:
    """The same as of a time, from the history alone."""
    found = [s for s in Space.history.as_of(when) if s.name == space]
    return (
        _state(
            found[0].pk,
            Category.history.as_of(when),
            Article.history.as_of(when),
            Translation.history.as_of(when),
        )
        if found
        else {}
    )


def _state(space: int, categories: Any, articles: Any, translations: Any) -> State:
    folders = {category.pk: category for category in categories}

    def path(parent: int | None, slug: str) -> str:
        if parent is None:
            return slug
        return f"{path(folders[parent].parent_id, folders[parent].slug)}/{slug}"

    pages = {a.pk: path(a.category_id, a.slug) for a in articles if a.space_id == space}
    return {
        (pages[text.article_id], text.language): (text.title, text.body)
        for text in translations
        if text.article_id in pages
    }
