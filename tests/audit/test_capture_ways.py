"""Whatever wrote it: every way of changing a row leaves its history, its event and its effects."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from articles.models import Article, Category, Channel, Member, Space, Translation
from audit.actors import Actor
from audit.context import change
from audit.models import ActorKind
from backoffice.postgres.embedded.binaries import package
from tests.audit.capturing import Mark, content, nothing_left
from tests.audit.writing import MINJI, change_by
from tests.content import make_help_center

OTIS = Actor(ActorKind.STAFF, "42", "Otis")


def by_console():
    return change("records.changed", actor=OTIS, reason="고객 요청")


@dataclass
class Ground:
    """A help site, and the ways to reach it."""

    site: Any
    product: Any
    url: Any


@pytest.fixture
def ground(committed_db, role_connection):
    product = role_connection("product")
    return Ground(make_help_center(product), product, committed_db.url)


def save(ground):
    article = Article.objects.get(pk=ground.site.articles[0])
    article.hidden = True
    with by_console():
        article.save(update_fields=["hidden"])
    return {("article", "hidden"): 1}


def create(ground):
    site = ground.site
    with by_console():
        Article.objects.create(channel_id=site.channel, space_id=site.space, slug="new")
    return {("article", "created"): 1}


def update(ground):
    with by_console():
        Article.objects.update(pinned=True)
    return {("article", "changed"): 3}


def bulk_create(ground):
    site = ground.site
    with by_console():
        Article.objects.bulk_create(
            Article(channel_id=site.channel, space_id=site.space, slug=f"new-{n}")
            for n in range(20)
        )
    return {("article", "created"): 20}


def bulk_update(ground):
    texts = list(Translation.objects.order_by("pk"))
    for text in texts[:4]:
        text.title = f"새 제목 {text.pk}"
    with by_console():
        # The last two are written with what they have: that is no change.
        Translation.objects.bulk_update(texts, ["title", "body"])
    return {("translation", "changed"): 4}


def cascade(ground):
    with by_console():
        Article.objects.filter(pk__in=ground.site.articles[:2]).delete()
    return {("article", "deleted"): 2, ("translation", "deleted"): 4}


def raw_sql(ground):
    with change_by(ground.product, MINJI) as cursor:
        cursor.execute("UPDATE articles_article SET state = 'archived' WHERE slug = 'refund-1'")
        cursor.execute("UPDATE articles_article SET deleted_at = now() WHERE slug = 'refund-2'")
        cursor.execute("UPDATE articles_space SET website_enabled = false")
    return {("article", "archived"): 1, ("article", "trashed"): 1, ("space", "turned_off"): 1}


def upsert(ground):
    with change_by(ground.product, MINJI) as cursor:
        cursor.executemany(
            "INSERT INTO articles_member (channel_id, key, name, email) VALUES (%s, %s, %s, '')"
            " ON CONFLICT (channel_id, key) DO UPDATE SET name = excluded.name",
            [(ground.site.channel, "minji", "김민지2"), (ground.site.channel, "new", "새 사람")],
        )
    return {("member", "changed"): 1, ("member", "created"): 1}


def merge(ground):
    with change_by(ground.product, MINJI) as cursor:
        cursor.execute(
            "MERGE INTO articles_category c USING (VALUES ('결제'), ('환불')) v (name)"
            " ON c.name = v.name WHEN MATCHED AND v.name = '결제' THEN UPDATE SET hidden = true"
            " WHEN MATCHED THEN UPDATE SET position = 7"
        )
    return {("category", "hidden"): 1, ("category", "changed"): 1}


def copy(ground):
    with (
        change_by(ground.product, MINJI) as cursor,
        cursor.copy("COPY articles_member (channel_id, key, name, email) FROM STDIN") as stream,
    ):
        for number in range(30):
            stream.write_row((ground.site.channel, f"c{number}", "이름", ""))
    return {("member", "created"): 30}


def with_query(ground):
    """A statement that changes two tables."""
    with change_by(ground.product, MINJI) as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM articles_translation WHERE language = 'en' RETURNING 1)"
            " UPDATE articles_channel SET status = 'suspended'"
            " WHERE (SELECT count(*) FROM gone) > 0"
        )
    return {("translation", "deleted"): 3, ("channel", "suspended"): 1}


def function(ground):
    """A block of code in the database."""
    with change_by(ground.product, MINJI) as cursor:
        cursor.execute(
            "DO $$ BEGIN FOR i IN 1..5 LOOP UPDATE articles_article SET position = i; END LOOP;"
            " END $$"
        )
    return {("article", "changed"): 15}


def psql(ground):
    script = (
        "BEGIN; SELECT set_config('backoffice.actor_kind', 'member', true),"
        " set_config('backoffice.actor_id', 'minji', true),"
        " set_config('backoffice.actor_label', '김민지', true);"
        " UPDATE articles_article SET hidden = true; COMMIT;"
    )
    program = package() / "pginstall" / "bin" / "psql"
    command = [program, ground.url("product"), "-v", "ON_ERROR_STOP=1", "-c", script]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return {("article", "hidden"): 3}


BY_CONSOLE = [save, create, update, bulk_create, bulk_update, cascade]
BY_PRODUCT = [raw_sql, upsert, merge, copy, with_query, function, psql]


@pytest.mark.parametrize("way", [*BY_CONSOLE, *BY_PRODUCT], ids=lambda way: way.__name__)
def test_it_leaves_history_one_event_and_effects(ground, way):
    mark = Mark()
    expected = way(ground)
    left = mark.left()  # which also holds the effects against the rows
    assert left.verbs() == Counter(expected)
    assert {row.event for row in left.rows} == {left.event.id}
    assert {row.scope for row in left.rows} == {ground.site.channel}
    console = way in BY_CONSOLE
    assert left.event.database_role == ("console" if console else "product")
    assert left.event.actor_kind == ("staff" if console else "member")
    assert left.event.actor_id == ("42" if console else "minji")
    assert {row.user for row in left.rows} == ({42} if console else {None})
    assert left.event.occurred_at == left.event.recorded_at
    assert left.event.flags == []
    check_last_versions()


def check_last_versions() -> None:
    """The newest version of every record is the record; of one that is gone, its deletion."""
    for model in (Channel, Member, Space, Category, Article, Translation):
        live = {row["id"]: row for row in model.objects.values()}
        newest: dict[int, Any] = {}
        for version in model.history.order_by("history_id").values():
            newest[version["id"]] = version
        assert set(live) <= set(newest)
        for pk, version in newest.items():
            assert (version["history_type"] == "-") == (pk not in live)
            if pk in live:
                same = {key: version[key] for key in version if key in live[pk]}
                assert same == {key: live[pk][key] for key in same}


def test_a_service_that_says_nothing_still_leaves_its_role(ground):
    mark = Mark()
    ground.product.execute("SET application_name = 'nightly'")
    ground.product.execute("UPDATE articles_article SET position = position + 1")
    event = mark.left().event
    assert (event.actor_kind, event.actor_id, event.actor_label) == ("role", "product", "product")
    assert (event.application, str(event.client_address)) == ("nightly", "127.0.0.1")
    assert (event.name, event.outcome, event.flags) == ("records.changed", "succeeded", [])


def test_a_role_that_was_switched_to_is_kept_beside_the_session_s(ground, role_connection):
    importer = role_connection("importer")
    mark = Mark()
    importer.execute("SET ROLE product")
    importer.execute("UPDATE articles_article SET pinned = true")
    event = mark.left().event
    assert (event.database_role, event.set_role) == ("importer", "product")


def test_each_statement_outside_a_transaction_is_an_event(ground):
    mark = Mark()
    for position in (1, 2):
        ground.product.execute("UPDATE articles_article SET position = %s", [position])
    assert len(mark.left().events) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE articles_article SET updated_at = now()",
        "UPDATE articles_article SET slug = slug, hidden = hidden",
        "UPDATE articles_article SET hidden = true WHERE false",
        "DELETE FROM articles_article WHERE id = -1",
        "SELECT * FROM articles_article FOR UPDATE",
    ],
)
def test_what_changes_nothing_leaves_nothing(ground, statement):
    mark = Mark()
    ground.product.execute(statement)
    assert nothing_left(mark)


def test_what_is_rolled_back_leaves_nothing(ground):
    mark, before = Mark(), content()
    with pytest.raises(ZeroDivisionError), by_console():
        Article.objects.update(hidden=True)
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), change_by(ground.product, MINJI) as cursor:
        cursor.execute("DELETE FROM articles_translation")
        raise ZeroDivisionError
    assert nothing_left(mark)
    assert content() == before


def test_an_event_without_changes_stays_by_itself(ground):
    mark = Mark()
    with by_console():
        Article.objects.filter(pk=-1).update(hidden=True)
    left = mark.left()
    assert (left.event.reason, left.rows, left.effects) == ("고객 요청", [], Counter())
