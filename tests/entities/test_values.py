"""Values are read alike everywhere, with names asked for once."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Channel, Member
from backoffice.entities import registry
from backoffice.entities.values import Readables, label, readable

MOMENT = datetime(2026, 11, 24, 6, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entity", "field", "value", "text", "kind"),
    [
        ("article", "state", "draft", "draft", "choice"),
        ("article", "state", "unheard-of", "unheard-of (no longer a choice)", "choice"),
        ("article", "hidden", True, "yes", "boolean"),
        ("article", "hidden", False, "no", "boolean"),
        ("space", "website_enabled", False, "off", "boolean"),
        ("article", "published_at", MOMENT, "2026-11-24 15:23 KST", "date"),
        ("article", "published_at", None, "—", "empty"),
        ("space", "custom_domain", "", "—", "empty"),
        ("article", "position", 0, "0", "number"),
        ("article", "slug", "refund", "refund", "code"),
        ("space", "home_layout", {"b": 1, "a": "환"}, '{"a": "환", "b": 1}', "json"),
        ("space", "home_layout", {}, "{}", "json"),
        ("translation", "body", "a\nb", "a\nb", "long"),
        ("translation", "title", "short", "short", "text"),
        ("article", "dropped_long_ago", "x", "x", "text"),
    ],
)
def test_it_reads_each_kind_in_its_way(entity, field, value, text, kind):
    read = readable(registry.get(entity), field, value)
    assert (read.text, read.kind) == (text, kind)


def test_it_calls_a_field_by_its_name_in_the_person_s_language():
    assert label(registry.get("article"), "published_at") == "Published at"
    assert label(registry.get("article"), "channel_id") == "Channel"
    assert label(registry.get("article"), "dropped_long_ago") == "dropped_long_ago"


def test_it_names_what_a_foreign_key_points_to_with_a_link(world):
    read = readable(registry.get("article"), "category", world.site.categories[2])
    assert (read.text, read.url, read.kind) == (
        "해외",
        f"/categories/{world.site.categories[2]}/",
        "link",
    )


def test_it_gives_the_id_of_what_is_gone(world):
    read = readable(registry.get("article"), "author_id", 777)
    assert (read.text, read.url) == ("#777", "")


def test_it_asks_for_the_names_of_a_model_once(world):
    reader = Readables(registry.get("translation"))
    for pk in world.site.articles:
        reader.want("article", pk)
    with CaptureQueriesContext(connection) as queries:
        names = [reader.get("article", pk).text for pk in world.site.articles]
    assert names == ["환불 안내 1", "환불 안내 2", "환불 안내 3"]
    assert len(queries) == 1


def test_it_asks_for_nothing_that_was_joined(world):
    record = Article.objects.select_related("channel", "category").get(pk=world.site.articles[0])
    reader = Readables(registry.get("article"))
    reader.learn(record)
    with CaptureQueriesContext(connection) as queries:
        assert reader.of(record, "channel").text == "아크미 acme"
        assert reader.of(record, "category").text == "해외"
    assert len(queries) == 0


def test_it_masks_personal_fields_for_those_who_may_not_see_them(world):
    member = Member.objects.get(pk=world.site.member)
    entity = registry.get("member")
    assert Readables(entity, world.people["otis"]).of(member, "email").text == "minji@acme.test"
    masked = Readables(entity, world.people["dev"]).of(member, "email")
    assert (masked.text, masked.kind, masked.value) == ("m•••@a•••", "masked", None)
    author = Readables(registry.get("article"), world.people["dev"]).get("author", member.pk)
    assert author.text == f"Member #{member.pk}"


def test_it_gives_no_name_from_a_closed_scope(people, site, restrict):
    restrict(site.channel, people["ada"])
    entity = registry.get("article")
    channel = Channel.objects.get(pk=site.channel)
    assert readable(entity, "channel", channel.pk, people["vera"]).text == f"#{channel.pk}"
    assert readable(entity, "channel", channel.pk, people["ada"]).text == "아크미 acme"
