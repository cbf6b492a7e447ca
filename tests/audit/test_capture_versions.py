"""What a version says: verbs, changed fields, times, and who when one transaction is long."""

from __future__ import annotations

import pytest
from django.utils import timezone

from articles.models import Article, Member
from audit.models import Effect
from tests.audit.capturing import Mark
from tests.audit.writing import JIHO, MINJI, change_by
from tests.content import make_help_center


@pytest.fixture
def product(committed_db, role_connection):
    return role_connection("product")


@pytest.fixture
def site(product):
    return make_help_center(product)


VERBS = [
    ("article", "hidden = true", "hidden", ("hidden",)),
    ("article", "state = 'draft'", "unpublished", ("state",)),
    ("article", "state = 'archived', pinned = true", "archived", ("pinned", "state")),
    ("article", "deleted_at = now(), hidden = true", "trashed", ("deleted_at", "hidden")),
    ("article", "slug = slug || '-new'", "changed", ("slug",)),
    ("article", "category_id = NULL", "changed", ("category",)),
    ("member", "left_at = now()", "left", ("left_at",)),
    ("space", "website_enabled = false, name = 'x'", "turned_off", ("name", "website_enabled")),
    ("channel", "status = 'closed'", "closed", ("status",)),
    ("category", "hidden = true", "hidden", ("hidden",)),
    ("translation", "deleted_at = now()", "trashed", ("deleted_at",)),
    ("translation", "body = body || '!'", "changed", ("body",)),
]


@pytest.mark.parametrize(("entity", "change", "verb", "fields"), VERBS)
def test_it_names_the_verb_and_the_fields(
    committed_db_once, role_connection, entity, change, verb, fields
):
    product = role_connection("product")
    site = make_help_center(product, slug=f"site-{VERBS.index((entity, change, verb, fields))}")
    scope = "id" if entity == "channel" else "channel_id"
    mark = Mark()
    product.execute(
        f"UPDATE articles_{entity} SET {change}, updated_at = now() WHERE {scope} = %s",
        [site.channel],
    )
    rows = mark.left().rows
    assert {(row.entity, row.type, row.verb, row.fields) for row in rows} == {
        (entity, "~", verb, fields)
    }


def test_a_verb_s_way_back(product, site):
    product.execute("UPDATE articles_article SET hidden = true, deleted_at = now()")
    mark = Mark()
    product.execute("UPDATE articles_article SET deleted_at = NULL")
    product.execute("UPDATE articles_article SET hidden = false")
    assert [row.verb for row in mark.left().rows] == ["restored"] * 3 + ["unhidden"] * 3


def test_moving_the_time_of_a_deletion_is_no_second_one(product, site):
    product.execute("UPDATE articles_article SET deleted_at = '2024-01-01Z'")
    mark = Mark()
    product.execute("UPDATE articles_article SET deleted_at = '2024-01-02Z'")
    assert {row.verb for row in mark.left().rows} == {"changed"}


def test_a_change_of_the_primary_key_ends_one_record_and_begins_another(product, site):
    mark = Mark()
    product.execute("UPDATE articles_member SET id = 900001, name = '새' WHERE false")
    product.execute(
        "INSERT INTO articles_member (channel_id, key, name, email) VALUES (%s, 'k', 'n', '')",
        [site.channel],
    )
    product.execute("UPDATE articles_member SET id = 900001, name = '새' WHERE key = 'k'")
    created, ended, begun = mark.left().rows
    assert (ended.id, ended.type, ended.verb) == (created.id, "-", "deleted")
    assert (begun.id, begun.type, begun.verb, begun.fields) == (900001, "+", "created", ())
    assert (ended.values["name"], begun.values["name"]) == ("n", "새")
    assert Member.history.filter(id=900001).count() == 1


def test_times_of_a_record_increase_strictly_even_within_a_transaction(product, site):
    with change_by(product, MINJI) as cursor:
        for position in range(40):
            cursor.execute("UPDATE articles_article SET position = %s", [position + 5])
    for pk in site.articles:
        dates = list(
            Article.history.filter(id=pk).order_by("history_id").values_list("history_date")
        )
        assert len(dates) == len(set(dates)) == 41
        assert dates == sorted(dates)


def test_as_of_finds_each_version_at_its_time(product, site):
    pk = site.articles[0]
    for position in (1, 2, 3):
        product.execute("UPDATE articles_article SET position = %s", [position])
    versions = list(Article.history.filter(id=pk).order_by("history_id"))
    for version in versions:
        assert Article.history.as_of(version.history_date).get(pk=pk).position == version.position
    product.execute("DELETE FROM articles_translation")
    product.execute("DELETE FROM articles_article")
    assert not Article.history.as_of(timezone.now()).exists()


def test_a_transaction_has_the_actor_of_its_first_change(product, site):
    mark = Mark()
    with change_by(product, MINJI, reason="먼저") as cursor:
        cursor.execute("UPDATE articles_article SET pinned = true")
        with change_by(product, JIHO, reason="다음") as inner:
            inner.execute("UPDATE articles_article SET pinned = false")
    event = mark.left().event
    assert (event.actor_id, event.reason) == ("minji", "먼저")


def test_a_claim_gives_back_what_was_said_before(product, site):
    with change_by(product, MINJI, reason="밖") as cursor:
        with change_by(product, JIHO, reason="안") as inner:
            inner.execute("SELECT 1")
        mark = Mark()
        cursor.execute("UPDATE articles_article SET pinned = true")
    event = mark.left().event
    assert (event.actor_id, event.reason) == ("minji", "밖")
    product.execute("UPDATE articles_article SET pinned = false")
    assert Mark.__doc__  # The claim ended with its transaction:
    assert (
        product.execute("SELECT current_setting('backoffice.actor_id', true)").fetchone()[0] == ""
    )


def test_an_effect_names_the_record_when_it_is_one(product, site):
    product.execute("UPDATE articles_article SET hidden = true WHERE slug = 'refund-1'")
    product.execute("UPDATE articles_article SET hidden = true WHERE slug <> 'refund-1'")
    one, several = Effect.objects.filter(verb="hidden").order_by("id")
    assert (one.count, one.record_id) == (1, site.articles[0])
    assert (several.count, several.record_id) == (2, None)
    assert (one.scope, one.area) == (site.channel, site.space)


def test_effects_are_split_by_scope(product, site):
    other = make_help_center(product, slug="other")
    mark = Mark()
    product.execute("UPDATE articles_article SET hidden = true")
    left = mark.left()
    assert {key[-2:]: count for key, count in left.effects.items()} == {
        (site.channel, site.space): 3,
        (other.channel, other.space): 3,
    }


def test_a_text_longer_than_a_reason_may_be_is_kept_whole(product, site):
    body = "긴 본문 " * 20_000
    product.execute("UPDATE articles_translation SET body = %s", [body])
    for article in Article.objects.all():
        for text in article.translations.all():
            assert text.history.first().body == body
