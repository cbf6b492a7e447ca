"""An ordinary life: articles are written in sittings, and gone over ever after."""

from __future__ import annotations

from datetime import datetime, timedelta

from articles.demo import statements
from articles.demo.acts import Act
from articles.demo.changes import change_some
from articles.demo.diary import Diary, Document, Person, text_columns
from articles.demo.writing import Recipe, new_recipe

# Stories happen in the last days; ordinary life goes on beside them only here and there.
QUIET_DAYS = 9


def grow(diary: Diary, articles: int) -> None:
    """Plans so many new articles, and about as many sittings again that change some."""
    first = diary.born + timedelta(days=30)
    last = diary.today - timedelta(days=QUIET_DAYS)
    batch = max(1, min(24, articles // 40))
    sittings = 0
    while articles > 0:
        size = min(articles, diary.rng.randint(1, 2 * batch))
        articles -= size
        sittings += 1
        at = diary.work_time(first, last)
        diary.plan_for(at, lambda at, size=size: new_articles(diary, at, size))
    for _ in range(int(sittings * 1.3) + 4):
        at = diary.work_time(first + timedelta(days=10), last)
        diary.plan_for(at, lambda at: change_some(diary, at))
    for _ in range(max(2, sittings // 20)):
        at = diary.work_time(last, diary.today)
        diary.plan_for(at, lambda at: change_some(diary, at))


def new_articles(diary: Diary, at: datetime, size: int) -> Act | None:
    """A sitting of one author, in one of the sites."""
    shelf = diary.rng.choice(diary.shelves)
    made = []
    for _ in range(size):
        topic = diary.rng.choice(list(shelf.folders))
        recipe = new_recipe(diary.rng, topic, diary.plan.brand)
        category = diary.rng.choice(shelf.folders[topic])
        made.append(add_document(diary, shelf.id, category, recipe))
    return write_down(diary, at, diary.someone(), made)


def add_document(diary: Diary, space: int, category: int, recipe: Recipe) -> Document:
    """A document that stands in the diary, though not in the database yet: see `write_down`."""
    language = "en" if diary.plan.country == "US" else "ko"
    languages = [language]
    if language == "ko" and diary.rng.random() < 0.12:
        languages.append("en")
    texts = {name: diary.new_id("translation") for name in languages}
    state = diary.rng.choices(("published", "draft"), (9, 1))[0]
    document = Document(diary.new_id("article"), space, category, recipe, texts, state)
    diary.documents.append(document)
    return document


def write_down(diary: Diary, at: datetime, author: Person, documents: list[Document]) -> Act:
    """The act that writes new documents with their texts."""
    shelves = {shelf.id: shelf for shelf in diary.shelves}
    slugs, positions = [], []
    for document in documents:
        shelf = shelves[document.space]
        shelf.count += 1
        slugs.append(document.slug or f"{document.recipe.slug}-{shelf.count}")
        positions.append(shelf.count)
    articles = {
        "channel": diary.id,
        "author": author.id,
        "ids": [document.id for document in documents],
        "spaces": [document.space for document in documents],
        "categories": [document.category for document in documents],
        "slugs": slugs,
        "states": [document.state for document in documents],
        "positions": positions,
        "published": [_published(document, at) for document in documents],
    }
    rows = [(d, language, pk) for d in documents for language, pk in d.texts.items()]
    texts = {
        "channel": diary.id,
        "articles": [document.id for document, _, _ in rows],
        "languages": [language for _, language, _ in rows],
        **text_columns(rows),
    }
    return diary.act(at, author, (statements.ADD_ARTICLES, articles), (statements.ADD_TEXTS, texts))


def _published(document: Document, at: datetime) -> datetime | None:
    return (document.publish_at or at) if document.state == "published" else None
