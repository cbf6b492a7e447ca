"""Search finds whatever holds every word, says what state it is in, and shows why."""

import unicodedata

import pytest
from django.db import connection

from audit.exceptions import UnknownEvent
from audit.models import Event
from backoffice.entities import search
from backoffice.entities.search_parts import EXACT, KEY, TEXT
from backoffice.entities.search_query import read_query
from tests.content import make_help_center
from tests.entities.conftest import browser, met_again


def found(staff, text, limit=6):
    """Ids by entity, best first."""
    results = search.search_everything(staff, read_query(text), limit)
    return {one.entity.name: [record.pk for record in one.records] for one in results}


def page(client, text, **extra):
    return client.get("/search", {"q": text}, **extra)


@pytest.mark.parametrize(
    "text",
    [
        "환불 안내 2",
        "환",
        "화",
        "안내 환불 2",
        unicodedata.normalize("NFD", "환불 안내 2"),
        '"환불 안내 2"',
        "REFUNDS 2",
        "refund-2",
    ],
)
def test_it_finds_an_article_by_its_texts_and_its_slug(world, text):
    assert world.site.articles[1] in found(world.people["vera"], text)["article"]


@pytest.mark.parametrize("text", ["환불 배송", '"안내 환불"', "환블", "refund_2", "%", "_", "\\"])
def test_it_finds_nothing_where_one_word_is_missing(world, text):
    assert found(world.people["vera"], text) == {}


def test_it_finds_by_body_below_the_titles(world):
    (result,) = [
        one
        for one in search.search_everything(world.people["vera"], read_query("7일"), 20)
        if one.entity.name == "article"
    ]
    assert {record.pk for record in result.records} == {*world.site.articles, *world.other.articles}
    assert set(result.ranks.values()) == {TEXT}


def test_an_equal_value_comes_first(product, people):
    site = make_help_center(product, articles=3)
    product.execute("UPDATE articles_article SET slug = 'refund' WHERE id = %s", [site.articles[0]])
    (result,) = [
        one
        for one in search.search_everything(people["vera"], read_query("refund"), 6)
        if one.entity.name == "article"
    ]
    assert [record.pk for record in result.records] == [site.articles[0], *site.articles[:0:-1]]
    assert list(result.ranks.values()) == [EXACT, KEY, KEY]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("minji@acme.test", "member"),
        ("MINJI@acme.test", "member"),
        ("minji", "member"),
        ("김민지", "member"),
        ("acme", "space"),
        ("아크미 acme", "channel"),
    ],
)
def test_it_finds_every_kind_of_record(world, text, entity):
    assert found(world.people["otis"], text)[entity]


@pytest.mark.parametrize("name", ["vera", "dev"])
def test_it_finds_no_personal_field_for_those_who_may_not_see_it(world, name):
    dev = world.people[name]
    assert "member" not in found(dev, "minji@acme.test")
    assert "member" not in found(dev, "김민지")
    assert found(dev, "minji")["member"], "the key is nobody's name"
    assert "김민지" not in page(browser(dev), "minji").content.decode()


def test_it_says_that_records_are_hidden_or_in_the_trash(browse, site, product):
    product.execute("UPDATE articles_article SET hidden = true WHERE id = %s", [site.articles[0]])
    product.execute(
        "UPDATE articles_article SET deleted_at = now() WHERE id = %s", [site.articles[1]]
    )
    text = page(browse("vera"), "환불 안내").content.decode()
    assert text.count('data-state="hidden"') == 1
    assert text.count('data-state="trashed"') == 1


def test_it_marks_the_hit_and_says_where_it_was_found(vera):
    text = page(vera, "환불 안내 2").content.decode()
    assert "<mark>환불</mark> <mark>안내</mark> <mark>2</mark>" in text
    text = page(vera, "Within 7").content.decode()
    assert "<mark>Within</mark> <mark>7</mark> days." in text
    text = page(vera, "refund-2").content.decode()
    assert "<mark>refund-2</mark>" in text


def test_it_escapes_what_was_typed(vera):
    text = page(vera, '<script>"x"</script>').content.decode()
    assert "<script>&quot;" not in text
    assert "&lt;script&gt;&quot;x&quot;&lt;/script&gt;" in text


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "\x00환\x00불",
        "\ud7ff\ufffe",
        "\u202e환불",
        "🇰🇷👨‍👩‍👧",
        "'; DROP TABLE x; --",
        "{{ 7*7 }}",
        "(" * 200,
    ],
)
def test_odd_letters_are_harmless(vera, text):
    answer = vera.get("/search", {"q": text}, follow=True)
    assert answer.status_code == 200
    assert "49" not in answer.content.decode().partition("<main")[2]


def test_too_long_a_search_is_refused_with_the_limit(vera):
    answer = page(vera, "환" * 201)
    assert answer.status_code == 400
    assert "200 characters" in answer.content.decode()
    assert page(vera, "x" * 10_000).status_code == 400


def test_an_empty_search_says_what_can_be_found(vera):
    assert vera.get("/search", {"q": ""})["location"] == "/search"
    assert "What can be found" in vera.get("/search").content.decode()


def test_nothing_found_says_what_to_try(vera):
    assert "Try one word" in page(vera, "없는것").content.decode()


def test_records_of_a_closed_scope_are_not_found(people, site, elsewhere, restrict):
    both = [*elsewhere.articles[::-1], *site.articles[::-1]]
    assert found(people["vera"], "환불", 20)["article"] == both
    restrict(site.channel, people["otis"])
    again = met_again(people["vera"])
    for text in ("환불", "minji", "acme", "아크미", f"#{site.articles[0]}", "7일", "acme.test"):
        results = found(again, text, 20)
        assert not set(results.get("article", [])) & set(site.articles), text
        assert site.member not in results.get("member", []), text
        assert site.space not in results.get("space", []), text
        assert site.channel not in results.get("channel", []), text
        assert not set(results.get("translation", [])) & set(site.translations), text
    otis = met_again(people["otis"])
    assert set(found(otis, "환불", 20)["article"]) == {*site.articles, *elsewhere.articles}


def test_closed_records_take_nobody_s_place(people, site, elsewhere, restrict):
    restrict(elsewhere.channel, people["ada"])
    vera = met_again(people["vera"])
    assert found(vera, "환불", limit=3)["article"] == site.articles[::-1]


def test_a_search_is_an_event(browse, site):
    page(browse("vera"), "환불 안내")
    event = Event.objects.get(name="search.made")
    assert (event.kind, event.actor_kind, event.actor_label) == ("read", "staff", "Vera")
    assert event.params["q"] == "환불 안내"
    assert event.params["found"]["article"] == 3


def test_it_is_not_broken_by_an_event_that_cannot_be_written(vera, monkeypatch, caplog):
    def refuse(*args, **extra):
        raise UnknownEvent

    monkeypatch.setattr("audit.reads.note", refuse)
    assert page(vera, "환불").status_code == 200
    assert "could not be written" in caplog.text


def test_what_takes_too_long_is_stopped_and_said(vera, monkeypatch):
    real = search._find

    def slow(staff, entity, query, limit):
        if entity.name == "article":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(5)")
        return real(staff, entity, query, limit)

    monkeypatch.setattr(search, "STATEMENT_LIMIT", 100)
    monkeypatch.setattr(search, "_find", slow)
    answer = page(vera, "환불")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "took too long" in text
    assert 'id="found-translations"' in text, "the others are still found"
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() != ("100ms",)
