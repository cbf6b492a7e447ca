"""Every way by which rows are written, one small function each, for tests that mix them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from django.db import DatabaseError, connections, transaction

from articles.models import Article, Member, Translation
from audit.actors import Actor
from audit.context import change
from backoffice.postgres.embedded.binaries import package
from tests.harness import databases

# Clashes between sessions, and values that a constraint refuses: their transaction is no more.
REFUSED = (DatabaseError, psycopg.Error)
SQL = [
    "UPDATE articles_article SET hidden = NOT hidden WHERE id %% 3 = %(a)s %% 3",
    "UPDATE articles_article SET position = %(b)s WHERE id = %(one)s",
    "UPDATE articles_article SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END"
    " WHERE id = %(one)s",
    "UPDATE articles_translation SET body = repeat('%(b)s ', %(b)s) WHERE article_id = %(one)s",
    "UPDATE articles_translation SET updated_at = now()",
    "DELETE FROM articles_translation WHERE article_id = %(one)s",
    "INSERT INTO articles_member (id, channel_id, key, name, email) VALUES"
    " (900 + %(a)s, %(channel)s, 'k%(a)s', 'N%(b)s', '') ON CONFLICT (id) DO UPDATE"
    " SET name = excluded.name",
    "DELETE FROM articles_member WHERE id = 900 + %(a)s",
    "UPDATE articles_member SET id = 900 + %(b)s %% 8 WHERE id = 900 + %(a)s",
    "MERGE INTO articles_member m USING (VALUES (900 + %(a)s)) v(id) ON m.id = v.id"
    " WHEN MATCHED AND m.name = 'gone' THEN DELETE WHEN MATCHED THEN UPDATE SET name = 'gone'"
    " WHEN NOT MATCHED THEN INSERT (id, channel_id, key, name, email)"
    " VALUES (v.id, %(channel)s, 'k%(a)s', 'merged', '')",
    "UPDATE articles_space SET website_enabled = NOT website_enabled",
    "SET CONSTRAINTS ALL IMMEDIATE",
]


def values(site: Any, a: int, b: int) -> dict[str, int]:
    """What a statement's words stand for: two small numbers, and records of the site."""
    return {
        "a": a % 8,
        "b": b,
        "one": site.articles[a % len(site.articles)],
        "channel": site.channel,
    }


def by_sql(cursor: Any, site: Any, a: int, b: int) -> None:
    cursor.execute(SQL[b % len(SQL)] % values(site, a, b))  # numbers, in quoted words too


def by_sql_and_back(cursor: Any, site: Any, a: int, b: int) -> None:
    """A savepoint that is rolled back, and one that is kept."""
    cursor.execute("SAVEPOINT undone")
    by_sql(cursor, site, a, b)
    cursor.execute("ROLLBACK TO SAVEPOINT undone")
    cursor.execute("SAVEPOINT kept")
    by_sql(cursor, site, b, a)
    cursor.execute("RELEASE SAVEPOINT kept")


def by_copy(cursor: Any, site: Any, a: int, b: int) -> None:
    columns = "articles_member (id, channel_id, key, name, email)"
    with cursor.copy(f"COPY {columns} FROM STDIN") as copy:
        for number in range(3):
            pk = 950 + (a + number * 7 + b) % 40
            copy.write_row((pk, site.channel, f"k{pk}", f"복사 {b}", ""))


PRODUCT: list[Callable[..., None]] = [by_sql, by_sql, by_sql, by_sql_and_back, by_copy]


def by_save(site: Any, a: int, b: int) -> None:
    article = Article.objects.using("default").filter(pk=values(site, a, b)["one"]).first()
    if article:
        article.pinned = bool(b % 2)
        article.position = b
        article.save(using="default", update_fields=["pinned", "position"])


def by_update(site: Any, a: int, b: int) -> None:
    Article.objects.using("default").filter(pk__gte=site.articles[a % 3]).update(position=b)


def by_bulk_create(site: Any, a: int, b: int) -> None:
    rows = [
        Member(channel_id=site.channel, key=f"bulk-{a}-{b}-{n}", name=f"이름 {n}", email="")
        for n in range(3)
    ]
    Member.objects.using("default").bulk_create(rows)


def by_upsert(site: Any, a: int, b: int) -> None:
    rows = [
        Member(channel_id=site.channel, key=f"up-{(a + n) % 5}", name=f"이름 {b}", email="")
        for n in range(3)
    ]
    Member.objects.using("default").bulk_create(
        rows, update_conflicts=True, unique_fields=["channel", "key"], update_fields=["name"]
    )


def by_bulk_update(site: Any, a: int, b: int) -> None:
    rows = list(Translation.objects.using("default").filter(pk__gte=a)[:4])
    for row in rows:
        row.title = f"제목 {b}"
    Translation.objects.using("default").bulk_update(rows, ["title"])


def by_cascade(site: Any, a: int, b: int) -> None:
    """An article goes, with the translations that hang on it; another takes its place."""
    article = Article.objects.using("default").filter(pk__gt=site.articles[-1]).first()
    if article and b % 2:
        article.delete(using="default")
        return
    article = Article.objects.using("default").create(
        channel_id=site.channel, space_id=site.space, slug=f"new-{a}-{b}"
    )
    Translation.objects.using("default").create(
        channel_id=site.channel, article=article, language="ko", title="새 글"
    )


CONSOLE: list[Callable[..., None]] = [
    by_save,
    by_update,
    by_bulk_create,
    by_upsert,
    by_bulk_update,
    by_cascade,
]


class Undecided(Exception):
    """An application that changes its mind at the very end."""


def as_product(url: str, site: Any, steps: list[tuple[int, int]], undo: bool) -> None:
    """One transaction of another service."""
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("SET lock_timeout = '200ms'")
        with session.transaction(force_rollback=undo):
            for a, b in steps:
                PRODUCT[(a * 7 + b) % len(PRODUCT)](session.cursor(), site, a, b)


def as_console(url: str, site: Any, steps: list[tuple[int, int]], undo: bool) -> None:
    """One transaction of the console, through Django."""
    try:
        with change("records.changed", actor=Actor.service("tests"), reason="by chance"):
            with connections["default"].cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
            for a, b in steps:
                with transaction.atomic(using="default"):
                    CONSOLE[(a * 7 + b) % len(CONSOLE)](site, a, b)
            if undo:
                raise Undecided
    except Undecided:
        pass
    finally:
        connections["default"].close()


def as_psql(url: str, site: Any, steps: list[tuple[int, int]], undo: bool) -> None:
    """One script for psql, as someone on call would type it."""
    lines = [SQL[b % len(SQL)] % values(site, a, b) for a, b in steps]
    script = "; ".join(["BEGIN", "SET LOCAL lock_timeout = '200ms'", *lines])
    subprocess.run(
        [package() / "pginstall" / "bin" / "psql", url, "-X", "-q"],
        input=f"{script}; {'ROLLBACK' if undo else 'COMMIT'};\n",
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


WAYS = {"product": as_product, "console": as_console, "psql": as_psql}


def run(way: str, site: Any, steps: list[tuple[int, int]], undo: bool) -> None:
    """One transaction by one way; one that clashes with another is rolled back."""
    with suppress(*REFUSED):
        WAYS[way](databases.current().url("product"), site, steps, undo)
