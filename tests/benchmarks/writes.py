"""What capture costs, against no history at all and against django-simple-history's own way."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import psycopg
from django.db import connections, transaction
from django.test import override_settings
from simple_history.utils import bulk_update_with_history

from articles.models import Article
from audit.actors import Actor
from audit.context import announce, change
from tests.benchmarks.timing import Figure, in_turns
from tests.benchmarks.yardstick.models import Page
from tests.harness import databases

SINGLE, BULK, ORM = 400, 5, 60
MANY, MANY_ORM = 50_000, 2_000
ACTOR = Actor.service("bench")
# Only while theirs runs: ours would let its signals write beside the triggers.
THEIRS = override_settings(SIMPLE_HISTORY_ENABLED=True)
# The articles' table once more, with all of its indexes and references and without history.
BARE = (
    "DROP TABLE IF EXISTS bench_article",
    "CREATE TABLE bench_article (LIKE articles_article INCLUDING ALL)",
    "INSERT INTO bench_article OVERRIDING SYSTEM VALUE SELECT {columns} FROM articles_article",
    "ALTER TABLE bench_article ADD FOREIGN KEY (channel_id) REFERENCES articles_channel, "
    "ADD FOREIGN KEY (space_id) REFERENCES articles_space, "
    "ADD FOREIGN KEY (category_id) REFERENCES articles_category, "
    "ADD FOREIGN KEY (author_id) REFERENCES articles_member, "
    "ADD FOREIGN KEY (deleted_by_id) REFERENCES articles_member",
    "GRANT SELECT, UPDATE ON bench_article TO product",
    "ANALYZE bench_article",
)
# Of each record only what triggers a version, so that both tables do the same work.
UPDATE = "UPDATE {table} SET position = position + 1, updated_at = now() WHERE {which}"


def measure(many: int = MANY) -> list[Figure]:
    """Single and bulk writes; `many` is how many rows the bulk takes."""
    with databases.connect("owner") as owner:
        columns = ", ".join(
            f.column for f in Article._meta.local_concrete_fields if f.column != "search_key"
        )
        owner.execute("SET statement_timeout = 0")
        for statement in BARE:
            owner.execute(
                statement.format(columns=columns).replace(
                    "INTO bench_article O", f"INTO bench_article ({columns}) O"
                )
            )
    with databases.connect("product") as product:
        product.execute("SET statement_timeout = 0")
        row = product.execute("SELECT least(count(*), %s) FROM articles_article", [many])
        figures = [_single(product), _bulk(product, row.fetchone()[0])]
    return [*figures, *_beside_simple_history(min(many, MANY_ORM))]


def _single(product: psycopg.Connection) -> Figure:
    numbers = count(100)

    def write(table: str, announced: bool) -> Callable[[], None]:
        def work() -> None:
            with product.transaction(), product.cursor() as cursor:
                if announced:
                    announce(cursor, actor=Actor.member("7", "김민지"), reason="bench", tool="app")
                which = f"id = {next(numbers) % 3_000 + 10}"
                cursor.execute(UPDATE.format(table=table, which=which))

        return work

    ours, bare = in_turns(
        SINGLE, write("articles_article", announced=True), write("bench_article", announced=False)
    )
    return Figure("one write, with event and effects", "no history", ours, bare, 1.5)


def _bulk(product: psycopg.Connection, many: int) -> Figure:
    def write(table: str) -> Callable[[], None]:
        def work() -> None:
            with product.transaction():
                product.execute(UPDATE.format(table=table, which=f"id <= {many}"))

        return work

    ours, bare = in_turns(BULK, write("articles_article"), write("bench_article"))
    return Figure(f"update() of {many:,} rows", "no history", ours, bare, 2.5)


def _beside_simple_history(many: int) -> list[Figure]:
    make_yardstick()
    pages = list(Page.objects.using("owner").order_by("pk")[:many])
    articles = list(Article.objects.using("default").order_by("pk")[:many])
    numbers = count(1)

    def ours_saved() -> None:
        article = articles[next(numbers) % len(articles)]
        article.position += 1
        with change("records.changed", actor=ACTOR, reason="bench"):
            article.save(update_fields=["position", "updated_at"])

    def theirs_saved() -> None:
        page = pages[next(numbers) % len(pages)]
        page.position += 1
        with THEIRS, transaction.atomic(using="owner"):
            page.save(using="owner", update_fields=["position", "updated_at"])

    def ours_updated() -> None:
        for article in articles:
            article.position += 1
        with change("records.changed", actor=ACTOR, reason="bench"):
            Article.objects.using("default").bulk_update(articles, ["position"], batch_size=500)

    def theirs_updated() -> None:
        for page in pages:
            page.position += 1
        manager = Page.objects.db_manager("owner")
        with THEIRS, transaction.atomic(using="owner"):
            bulk_update_with_history(pages, Page, ["position"], batch_size=500, manager=manager)

    saved = in_turns(ORM, ours_saved, theirs_saved)
    updated = in_turns(3, ours_updated, theirs_updated)
    return [
        Figure("save(), with event and effects", "simple-history's save()", *saved, limit=1),
        Figure(f"bulk_update() of {many:,}", "its bulk_update_with_history()", *updated, limit=1),
    ]


def make_yardstick() -> None:
    """The yardstick's two tables, with as many rows as there are articles."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS yardstick_page, yardstick_historicalpage CASCADE")
    with owner.schema_editor() as editor:
        editor.create_model(Page)
        editor.create_model(Page.history.model)
    with owner.cursor() as cursor:
        names = [f.column for f in Page._meta.local_concrete_fields]
        columns = ", ".join(names)
        cursor.execute(
            f"INSERT INTO yardstick_page ({columns}) SELECT {columns} FROM articles_article"
        )
        cursor.execute("ANALYZE yardstick_page")
