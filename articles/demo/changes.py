"""What people do to articles that stand: each function is one act on some of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from articles.demo import statements
from articles.demo.acts import Act
from articles.demo.diary import Diary, Document, Person, change, text_columns
from articles.demo.writing import Recipe, write

Change = Callable[[Diary, datetime, list[Document]], Act | None]


def change_some(diary: Diary, at: datetime) -> Act | None:
    """Somebody does something to a few articles; None when there is none that it fits."""
    kinds: list[tuple[int, int, Callable[[Document], bool], Change]] = [
        (50, 4, lambda d: True, edit),
        (9, 6, lambda d: d.state == "draft", _publish),
        (6, 3, lambda d: d.state == "published", _pin),
        (7, 8, lambda d: True, _reorder),
        (6, 3, lambda d: True, _move),
        (7, 4, lambda d: d.state == "published" and not d.hidden, _hide),
        (7, 4, lambda d: d.hidden, _unhide),
        (4, 5, lambda d: d.state == "published", _archive),
        (5, 3, lambda d: True, trash),
        (3, 2, lambda d: d.deleted, _restore),
    ]
    _, most, fits, make = diary.rng.choices(kinds, [kind[0] for kind in kinds])[0]
    amount = diary.rng.randint(1, most)
    if make is _restore:
        trashed = [d for d in diary.documents if d.deleted and not (d.gone or d.set_aside)]
        found = diary.rng.sample(trashed, min(amount, len(trashed)))
    else:
        found = diary.ordinary(amount, fits)
    return make(diary, at, found) if found else None


def edit(diary: Diary, at: datetime, documents: list[Document], by: Person | None = None) -> Act:
    """Someone goes over texts: one detail of each differs afterwards."""
    for document in documents:
        document.recipe = _edited(diary, document)
    rows = [(d, language, pk) for d in documents for language, pk in d.texts.items()]
    step = (statements.CHANGE_TEXTS, text_columns(rows))
    touch = (statements.TOUCH, {"ids": ids_of(documents)})
    return diary.act(at, by or diary.someone(), step, touch)


def _edited(diary: Diary, document: Document) -> Recipe:
    """A recipe whose text differs, as not every detail is named in every topic's text."""
    before = {language: document.text(language) for language in document.texts}
    recipe = document.recipe
    while {language: write(recipe, language) for language in before} == before:
        recipe = recipe.edited(diary.rng)
    return recipe


def ids_of(documents: list[Document]) -> list[int]:
    return [document.id for document in documents]


def _publish(diary: Diary, at: datetime, documents: list[Document]) -> Act:
    for document in documents:
        document.state = "published"
    return diary.act(at, diary.someone(), (statements.PUBLISH, {"ids": ids_of(documents)}))


def _pin(diary: Diary, at: datetime, documents: list[Document]) -> Act:
    pinned = diary.rng.random() < 0.7
    return diary.act(at, diary.someone(), change("pinned", pinned, ids_of(documents)))


def _reorder(diary: Diary, at: datetime, documents: list[Document]) -> Act:
    """Now and then by a service of theirs that names nobody."""
    person = diary.someone() if diary.rng.random() < 0.8 else None
    position = diary.rng.randrange(100)
    return diary.act(at, person, change("position", position, ids_of(documents)))


def _move(diary: Diary, at: datetime, documents: list[Document]) -> Act:
    shelf = next(shelf for shelf in diary.shelves if shelf.id == documents[0].space)
    moving = [d for d in documents if d.space == shelf.id]
    category = diary.rng.choice(diary.rng.choice(list(shelf.folders.values())))
    for document in moving:
        document.category = category
    return diary.act(at, diary.someone(), change("category_id", category, ids_of(moving)))


def _hide(diary: Diary, at: datetime, documents: list[Document]) -> Act:
    for document in documents:
        document.hidden = True
    return diary.act(at, diary.someone(), change("hidden", True, ids_of(documents)))


def _unhide(diary: Diary, at: datetime, documents: list[Document]) -> Act:
    for document in documents:
        document.hidden = False
    return diary.act(at, diary.someone(), change("hidden", False, ids_of(documents)))


def _archive(diary: Diary, at: datetime, documents: list[Document]) -> Act:
    for document in documents:
        document.state = "archived"
    return diary.act(at, diary.someone(), change("state", "archived", ids_of(documents)))


def trash(diary: Diary, at: datetime, documents: list[Document], by: Person | None = None) -> Act:
    """Into the trash, the texts with their articles."""
    person = by or diary.someone()
    for document in documents:
        document.deleted = True
    rows = {"ids": ids_of(documents), "member": person.id}
    steps = ((statements.TRASH_ARTICLES, rows), (statements.TRASH_TEXTS, rows))
    return diary.act(at, person, *steps)


def delete(diary: Diary, at: datetime, documents: list[Document], by: Person) -> Act:
    """For good, from the trash or from where they stand."""
    for document in documents:
        document.gone = True
    rows = {"ids": ids_of(documents)}
    return diary.act(at, by, (statements.DELETE_TEXTS, rows), (statements.DELETE_ARTICLES, rows))


def _restore(diary: Diary, at: datetime, documents: list[Document]) -> Act:
    for document in documents:
        document.deleted = False
    rows = {"ids": ids_of(documents)}
    steps = ((statements.RESTORE_ARTICLES, rows), (statements.RESTORE_TEXTS, rows))
    return diary.act(at, diary.someone(), *steps)
