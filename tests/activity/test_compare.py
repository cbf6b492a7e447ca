"""Any two versions of a record, and what is between them."""

import time

import pytest
from django.test import Client

from articles.models import Article, Space, Translation
from tests.activity.conftest import words
from tests.audit.writing import JIHO, MINJI, change_by


@pytest.fixture
def ids(product, site):
    """Three versions of a space: made, restyled, switched off."""
    statements = (
        "UPDATE articles_space SET theme_color = '#ff0000', "
        'home_layout = \'{"blocks": [{"title": "새 소식"}]}\' WHERE id = %s',
        "UPDATE articles_space SET website_enabled = false WHERE id = %s",
    )
    for actor, statement in zip((MINJI, JIHO), statements, strict=True):
        with change_by(product, actor, reason="새 단장") as cursor:
            cursor.execute(statement, (site.space,))
    return history_ids(Space, site.space)


def history_ids(model, pk):
    history = model.history.model.objects.filter(id=pk)
    return list(history.order_by("history_date").values_list("history_id", flat=True))


def compared(page):
    return {change.name: (change.old.text, change.new.text) for change in page.changes}


def test_it_compares_any_two_versions(browse, site, ids):
    otis = browse("otis")
    address = f"/spaces/{site.space}/compare/"
    page = otis.get(address, {"from": ids[0], "to": ids[2]})
    text = words(page)
    assert page.status_code == 200
    assert compared(page.context["page"])["website_enabled"] == ("on", "off")
    assert set(compared(page.context["page"])) == {"theme_color", "home_layout", "website_enabled"}
    assert "이지호 (member) turned the website off" in text
    assert "새 단장" in text
    back = otis.get(page.context["page"].swap_url).context["page"]
    assert compared(back)["website_enabled"] == ("off", "on")


def test_it_compares_with_the_version_before_and_with_now(browse, site, ids):
    vera, address = browse("vera"), f"/spaces/{site.space}/compare/"
    latest = vera.get(address).context["page"]
    assert compared(latest) == {"website_enabled": ("on", "off")}
    before = vera.get(address, {"to": ids[1]}).context["page"]
    assert compared(before) == {
        "theme_color": ("#3b5bdb", "#ff0000"),
        "home_layout": ("{}", '{"blocks": [{"title": "새 소식"}]}'),
    }
    now = vera.get(address, {"from": ids[1], "to": "now"}).context["page"]
    assert compared(now) == {"website_enabled": ("on", "off")}
    assert now.new.is_newest
    stepped = vera.get(latest.before_url).context["page"]
    assert (stepped.old.version.history_id, stepped.new.version.history_id) == (ids[0], ids[1])
    assert vera.get(stepped.after_url).context["page"].new.version.history_id == ids[2]


def test_it_shows_json_by_path_and_all_fields_when_asked(browse, site, ids):
    vera, address = browse("vera"), f"/spaces/{site.space}/compare/"
    page = vera.get(address, {"from": ids[0], "to": ids[1], "fields": "all"})
    assert "<code>blocks</code>" in page.content.decode()
    text = words(page)
    assert "The same in both" in text
    assert "Slug acme" in text


def test_two_versions_are_picked_from_the_timeline_without_javascript(browse, site, ids):
    vera = browse("vera")
    timeline = vera.get(f"/spaces/{site.space}/timeline/?own=yes").content.decode()
    for version in ids:
        assert f'name="from" value="{version}" form="compare"' in timeline
        assert f'name="to" value="{version}" form="compare"' in timeline
    assert f'<form id="compare" method="get" action="/spaces/{site.space}/compare/">' in timeline
    inside = vera.get(f"/spaces/{site.space}/timeline/").content.decode()
    assert 'form="compare"' not in inside


def test_texts_stand_in_one_text_or_side_by_side_as_it_was_chosen(browse, site, product):
    old = "환불은 7일 이내에 신청하실 수 있습니다.\n" * 40
    write(product, site, old, old.replace("7일", "14일", 1))
    vera = browse("vera")
    address = f"/translations/{site.translations[0]}/compare/"
    inline = vera.get(address).content.decode()
    assert '<del><span class="visually-hidden">removed:</span>7</del>' in inline
    assert '<details class="diff__skip"><summary>' in inline
    assert "diff--rows" not in inline
    by_address = vera.get(address, {"layout": "sides"}).content.decode()
    assert by_address.count('class="diff__cell"') >= 2
    there = vera.post("/activity/layout/", {"layout": "sides", "next": address})
    assert (there.status_code, there["location"]) == (302, address)
    for page in (address, f"/articles/{site.articles[0]}/timeline/"):
        assert "diff--rows" in vera.get(page).content.decode(), page
    assert vera.post("/activity/layout/", {"layout": "upside down"}).status_code == 400
    assert Client().post("/activity/layout/", {"layout": "sides"}).status_code == 302


def test_a_huge_text_that_was_rewritten_answers_soon_and_says_that_it_is_coarse(
    browse, site, product
):
    old = " ".join(f"old{number}" for number in range(24_000))
    write(product, site, old[:199_999], old[:199_999].replace("old", "new").replace("1", "3"))
    vera = browse("vera")
    began = time.monotonic()
    page = vera.get(f"/translations/{site.translations[0]}/compare/", {"layout": "sides"})
    assert page.status_code == 200
    assert time.monotonic() - began < 8
    assert page.context["page"].changes[0].difference.added > 20_000


def test_it_shows_the_end_of_a_deleted_record(browse, site, product):
    article = site.articles[0]
    with change_by(product, MINJI) as cursor:
        cursor.execute("UPDATE articles_article SET pinned = true WHERE id = %s", (article,))
    with change_by(product, MINJI) as cursor:
        cursor.execute("DELETE FROM articles_translation WHERE article_id = %s", (article,))
        cursor.execute("DELETE FROM articles_article WHERE id = %s", (article,))
    made, pinned, ended = history_ids(Article, article)
    vera, address = browse("vera"), f"/articles/{article}/compare/"
    assert "It was deleted; no value changed before that." in words(vera.get(address))
    assert "Pinned no yes" in words(vera.get(address, {"from": made, "to": ended})).replace(
        "→ ", ""
    )


@pytest.mark.parametrize(
    "query", ["from=abc", "to=0", "from=999999999999", "to=99999999999999999999", "from=-1"]
)
def test_it_refuses_what_is_no_version_of_the_record(browse, site, query):
    page = browse("vera").get(f"/spaces/{site.space}/compare/?{query}")
    assert page.status_code == 400
    assert "<h1" in page.content.decode()


def test_another_records_version_is_none_of_this_one(browse, site, elsewhere):
    (other,) = history_ids(Space, elsewhere.space)
    page = browse("vera").get(f"/spaces/{site.space}/compare/", {"from": other})
    assert page.status_code == 400


def test_it_needs_few_queries(browse, site, ids, django_assert_max_num_queries):
    otis = browse("otis")
    with django_assert_max_num_queries(14):
        otis.get(f"/spaces/{site.space}/compare/", {"from": ids[0], "to": ids[2]})


def write(product, site, *bodies):
    for body in bodies:
        with change_by(product, MINJI) as cursor:
            cursor.execute(
                "UPDATE articles_translation SET body = %s WHERE id = %s",
                (body, site.translations[0]),
            )
    assert Translation.objects.get(pk=site.translations[0]).body == bodies[-1]
