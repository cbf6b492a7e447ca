"""Where articles and categories stand and what they are called, asked in one query each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connections, router
from django.db.models import Case, F, OuterRef, Subquery, Value, When

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

# -- How many levels each of these folders holds, itself included.
HEIGHTS = """
WITH RECURSIVE down (top, id, depth) AS (
    SELECT id, id, 1 FROM articles_category WHERE id = ANY (%s)
    UNION ALL
    SELECT down.top, c.id, down.depth + 1 FROM articles_category c
    JOIN down ON c.parent_id = down.id WHERE down.depth < %s
)
SELECT top, max(depth) FROM down GROUP BY top
"""

# -- The last title that each of these articles had: what a deleted one is called.
LAST_TITLES = """
SELECT wanted.id, v.title FROM unnest(%s::bigint[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT h.title FROM articles_historicaltranslation h WHERE h.article_id = wanted.id
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1
) v
"""


def path_of_categories(category: Category) -> list[tuple[int, str]]:
    """(id, name) of the folders down to this one, itself included."""
    if category.parent_id is None:
        return [(category.pk, category.name)]
    with connections[router.db_for_read(Category)].cursor() as cursor:
        cursor.execute(PATH, [category.pk, DEEPEST])
        return list(cursor.fetchall())


def ids_above(category: int | None) -> set[int]:
    """The ids of a folder and of all that it stands in, on the primary; none for None."""
    if category is None:
        return set()
    with connections["default"].cursor() as cursor:
        cursor.execute(PATH, [category, DEEPEST])
        return {pk for pk, _ in cursor.fetchall()}


def heights_of_categories(ids: Sequence[int]) -> dict[int, int]:
    """How many levels each of these folders holds, itself included, on the primary."""
    with connections["default"].cursor() as cursor:
        cursor.execute(HEIGHTS, [list(ids), DEEPEST])
        return dict(cursor.fetchall())


def title_of_article() -> Subquery:
    """An article's title within its own query: see `name_articles`."""
    trashed = Case(When(deleted_at=None, then=Value(0)), default=Value(1))
    foreign = Case(
        When(language=F("article__space__default_language"), then=Value(0)), default=Value(1)
    )
    texts = Translation.objects.filter(article=OuterRef("pk"))
    return Subquery(texts.order_by(trashed, foreign, "language").values("title")[:1])


def name_articles(articles: Sequence[Article]) -> None:
    """Give each article `translated_title`: the space's language, else any; living before deleted.

    One query for those that were not loaded with it, one for those that are deleted for good, whose
    last title history knows. `None` where there is no text.
    """
    missing = {article.pk for article in articles if not hasattr(article, "translated_title")}
    titles = _titles(missing) if missing else {}
    for article in articles:
        article.translated_title = getattr(article, "translated_title", titles.get(article.pk))
    # What no table held is out of history.
    deleted = [a for a in articles if a._state.adding and a.translated_title is None]
    last = _last_titles([article.pk for article in deleted]) if deleted else {}
    for article in deleted:
        article.translated_title = last.get(article.pk)


def _titles(ids: Iterable[int]) -> dict[int, str]:
    return dict(Article.objects.filter(pk__in=ids).values_list("pk", title_of_article()))


def _last_titles(ids: Sequence[int]) -> dict[int, str]:
    with connections[router.db_for_read(Translation)].cursor() as cursor:
        cursor.execute(LAST_TITLES, [list(ids)])
        return dict(cursor.fetchall())
