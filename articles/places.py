"""Where articles and categories stand and what they are called, asked in one query each."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections, router
from django.db.models import Case, F, Value, When

from articles.models import Article, Category, Translation

# Folders nest; a loop, which nothing but a broken import could make, ends here.
DEEPEST = 30

# -- The way from a folder up to the outermost one, outermost first.
PATH = """
WITH RECURSIVE up (id, parent_id, name, depth) AS (
    SELECT id, parent_id, name, 1 FROM articles_category WHERE id = %s
    UNION ALL
    SELECT c.id, c.parent_id, c.name, up.depth + 1 FROM articles_category c
    JOIN up ON c.id = up.parent_id WHERE up.depth < %s
)
SELECT id, name FROM up ORDER BY depth DESC
"""


def path_of_categories(category: Category) -> list[tuple[int, str]]:
    """(id, name) of the folders down to this one, itself included."""
    if category.parent_id is None:
        return [(category.pk, category.name)]
    with connections[router.db_for_read(Category)].cursor() as cursor:
        cursor.execute(PATH, [category.pk, DEEPEST])
        return list(cursor.fetchall())


def name_articles(articles: Sequence[Article]) -> None:
    """Give each article `translated_title`: the space's language, else any; living before deleted.

    One query; `None` where an article has no text at all.
    """
    titles = dict(
        Translation.objects.filter(article__in=[article.pk for article in articles])
        .order_by("article_id", *_preference())
        .distinct("article_id")
        .values_list("article_id", "title")
    )
    for article in articles:
        article.translated_title = titles.get(article.pk)


def _preference() -> list[object]:
    """Order of an article's texts: the best to name it by first."""
    trashed = Case(When(deleted_at=None, then=Value(0)), default=Value(1))
    foreign = Case(
        When(language=F("article__space__default_language"), then=Value(0)), default=Value(1)
    )
    return [trashed, foreign, "language"]
