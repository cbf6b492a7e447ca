"""Any record as it was at any past moment, beside what it is now."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article, Space, Translation
from audit.moments import around, children_as_of, version_as_of
from audit.paging import Position
from audit.selectors import Source
from backoffice.activity.moments import text_of
from tests.activity.conftest import words
from tests.audit.writing import JIHO, MINJI, change_by

INSTANT = timedelta(microseconds=1)


def versions(model, pk):
    return list(model.history.model.objects.filter(id=pk).order_by("history_date"))


def at(moment, **more):
    return urlencode({"at": text_of(moment), **more})


@pytest.fixture
def settings_changed(product, site):
    """The space's whole settings are turned upside down, by two people in turn."""
    with change_by(product, MINJI, reason="새 단장", tool="editor") as cursor:
        cursor.execute(
            "UPDATE articles_space SET theme_color = '#ff0000', access = 'members', "
            'home_layout = \'{"blocks": [{"title": "새 소식"}]}\' WHERE id = %s',
            (site.space,),
        )
    with change_by(product, JIHO, reason="고객 데모") as cursor:
        cursor.execute(
            "UPDATE articles_space SET website_enabled = false, search_indexing = false "
            "WHERE id = %s",
            (site.space,),
        )
    return versions(Space, site.space)


def test_it_shows_a_spaces_whole_settings_beside_todays(browse, site, settings_changed):
    first, second, third = settings_changed
    vera = browse("vera")
    address = f"/spaces/{site.space}/as-of/"
    page = vera.get(f"{address}?{at(first.history_date)}")
    text = words(page)
    assert page.status_code == 200
    assert "Website on off" in text
    assert "access public members only" in text.replace("Access", "access")
    assert "Slug acme the same" in text
    assert "product (database role) created it" in text
    assert page.context["page"].differences == 5
    between = words(browse("otis").get(f"{address}?{at(third.history_date - INSTANT)}"))
    assert "Website on off" in between
    assert "members only the same" in between
    assert "김민지 (member · editor) changed" in between
    assert "새 단장" in between


def test_it_shows_only_what_is_different_when_that_is_asked_for(browse, site, settings_changed):
    address = f"/spaces/{site.space}/as-of/?{at(settings_changed[1].history_date)}"
    page = browse("vera").get(f"{address}&show=differences")
    text = words(page)
    shown = [value.name for _, values in page.context["page"].shown_groups for value in values]
    assert sorted(shown) == ["search_indexing", "website_enabled"]
    assert "the same" not in text
    newest = browse("vera").get(
        f"/spaces/{site.space}/as-of/?{at(timezone.now())}&show=differences"
    )
    assert "Nothing is different" in words(newest)


def test_it_begins_just_before_the_latest_change(browse, site, settings_changed):
    page = browse("vera").get(f"/spaces/{site.space}/as-of/")
    assert page.context["page"].at == settings_changed[2].history_date - INSTANT
    assert "Website on off" in words(page)


def test_it_leads_from_version_to_version_and_to_quick_choices(browse, site, settings_changed):
    first, second, third = settings_changed
    address = f"/spaces/{site.space}/as-of/?"
    page = browse("vera").get(address + at(second.history_date)).context["page"]
    assert page.previous_url == address + at(first.history_date)
    assert page.next_url == address + at(third.history_date)
    labels = [choice.label for choice in page.choices]
    assert labels[:3] == ["before this event", "an hour ago", "yesterday at this time"]
    assert page.choices[0].url == address + at(second.history_date - INSTANT)
    assert page.choices[-2].url == address + at(third.history_date - INSTANT)
    assert page.choices[-1].url == address + at(first.history_date)


def test_it_says_that_a_record_was_not_there_yet_and_since_when_it_is(browse, site):
    first = versions(Space, site.space)[0]
    page = browse("vera").get(f"/spaces/{site.space}/as-of/?at=2020-01-01T09:00")
    text = words(page)
    assert page.status_code == 200
    assert "It did not exist yet" in text
    assert "It was created on" in text
    assert page.context["page"].created_url.endswith(at(first.history_date))
    assert "2020-01-01 09:00 KST" in text


def test_it_shows_deleted_records_before_and_after_their_end(browse, site, product):
    article = site.articles[0]
    with change_by(product, MINJI, reason="중복") as cursor:
        cursor.execute("DELETE FROM articles_translation WHERE article_id = %s", (article,))
        cursor.execute("DELETE FROM articles_article WHERE id = %s", (article,))
    end = versions(Article, article)[-1]
    vera = browse("vera")
    after = vera.get(f"/articles/{article}/as-of/?{at(timezone.now())}")
    assert "It was deleted then. These are its last values." in words(after)
    assert "refund-1" in words(after)
    assert after.context["page"].before_url.endswith(at(end.history_date - INSTANT))
    living = vera.get(after.context["page"].before_url)
    assert "deleted then" not in words(living)
    assert "published" in words(living)
    with_texts = vera.get(before_translations(article)).context["page"]
    assert [child.since for child in with_texts.children] == ["deleted", "deleted"]


def before_translations(article):
    """Before its texts were deleted, which went first in the same event."""
    texts = Translation.history.model.objects.filter(article_id=article, history_type="-")
    first = min(texts.values_list("history_date", flat=True))
    return f"/articles/{article}/as-of/?{at(first - INSTANT)}"


def test_it_shows_an_article_with_its_texts_of_that_time(browse, site, product):
    then = timezone.now()
    with change_by(product, MINJI) as cursor:
        cursor.execute(
            "UPDATE articles_translation SET title = '새 제목' WHERE id = %s",
            (site.translations[0],),
        )
    page = browse("vera").get(f"/articles/{site.articles[0]}/as-of/?{at(then)}")
    korean, english = page.context["page"].children
    assert (korean.qualifier, korean.title, korean.since) == ("Korean", "환불 안내 1", "changed")
    assert (english.title, english.since, english.compare_url) == ("Refunds 1", "unchanged", "")
    html = page.content.decode()
    assert korean.url in html
    assert korean.compare_url in html.replace("&amp;", "&")


def test_it_names_what_was_pointed_to_now_and_then(browse, site, product):
    then = timezone.now()
    with change_by(product, MINJI) as cursor:
        cursor.execute("UPDATE articles_space SET name = '새 도움말' WHERE id = %s", (site.space,))
    html = browse("vera").get(f"/articles/{site.articles[0]}/as-of/?{at(then)}").content.decode()
    assert f'<a href="/spaces/{site.space}/">새 도움말</a>' in html
    assert "then called acme 도움말" in html


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "9999-01-01", "0", "2026-01-01T99:00"])
def test_it_refuses_what_is_no_past_moment_and_says_how_to_write_one(browse, site, text):
    page = browse("vera").get(f"/spaces/{site.space}/as-of/", {"at": text})
    assert page.status_code == 400
    assert 'role="alert"' in page.content.decode()
    assert "<h1" in page.content.decode()


def test_a_day_means_its_end_and_today_means_now(browse, site, settings_changed):
    vera, today = browse("vera"), timezone.localdate()
    page = vera.get(f"/spaces/{site.space}/as-of/", {"at": today.isoformat()})
    assert page.context["page"].differences == 0
    yesterday = (today - timedelta(days=1)).isoformat()
    page = vera.get(f"/spaces/{site.space}/as-of/", {"at": yesterday})
    assert timezone.localtime(page.context["page"].at).strftime("%H:%M") == "00:00"
    assert page.context["page"].version is None


def test_what_stood_in_a_restricted_scope_is_not_told(
    browse, site, elsewhere, product, restrict, people
):
    then = timezone.now()
    member = site.member
    with change_by(product, MINJI) as cursor:
        cursor.execute(
            "UPDATE articles_article SET author_id = NULL WHERE author_id = %s", (member,)
        )
        cursor.execute(
            "UPDATE articles_member SET channel_id = %s, key = 'moved', email = 'moved@x.test' "
            "WHERE id = %s",
            (elsewhere.channel, member),
        )
    address = f"/members/{member}/as-of/?{at(then)}"
    assert browse("vera").get(address).status_code == 200
    restrict(site.channel, people["otis"])
    vera = browse("vera")
    assert vera.get(f"/members/{member}/").status_code == 200
    refused = vera.get(address)
    assert refused.status_code == 404
    assert "minji@" not in refused.content.decode()
    now = vera.get(f"/members/{member}/as-of/?{at(timezone.now())}").context["page"]
    assert (now.previous_url, now.created_url) == ("", "")
    assert browse("otis").get(address).status_code == 200
    assert vera.get(f"/spaces/{site.space}/as-of/").status_code == 404
    assert vera.get(f"/spaces/{site.space}/compare/").status_code == 404


def test_it_needs_few_queries_however_long_the_history(
    browse, site, product, django_assert_max_num_queries
):
    otis, moment = browse("otis"), timezone.now()
    address = f"/articles/{site.articles[0]}/as-of/?{at(moment)}"
    with django_assert_max_num_queries(12) as few:
        otis.get(address)
    for position in range(30):
        with change_by(product, MINJI) as cursor:
            cursor.execute(
                "UPDATE articles_article SET position = %s WHERE id = %s",
                (position + 1, site.articles[0]),
            )
    with django_assert_max_num_queries(12) as many:
        otis.get(address)
    assert len(many) <= len(few)


def analyze(role_connection):
    """Let the planner know how long the histories have become."""
    role_connection("owner").execute(
        "ANALYZE articles_historicalarticle, articles_historicaltranslation"
    )


def test_it_looks_a_version_up_by_the_records_index_alone(site, product, role_connection):
    for position in range(300):
        with change_by(product, MINJI) as cursor:
            cursor.execute("UPDATE articles_article SET position = %s", (position + 1,))
    analyze(role_connection)
    with connection.execute_wrapper(explained := Explained()):
        version = version_as_of(Article, site.articles[0], timezone.now())
        around(Article, site.articles[0], Position(version.at, version.history_id))
    assert version.values["position"] == 300
    assert len(explained.plans) == 2
    for plan in explained.plans:
        assert "Seq Scan" not in plan, plan
        assert "Sort" not in plan, plan
        assert "Index Scan" in plan


def test_it_finds_the_texts_of_that_time_by_their_parents_index(site, product, role_connection):
    for number in range(300):
        with change_by(product, MINJI) as cursor:
            cursor.execute(
                "UPDATE articles_translation SET title = %s WHERE article_id <> %s",
                (f"제목 {number}", site.articles[0]),
            )
    analyze(role_connection)
    source = Source(Translation, "article_id")
    with connection.execute_wrapper(explained := Explained()):
        found = children_as_of(source, site.articles[0], timezone.now())
    assert [version.values["title"] for version in found] == ["환불 안내 1", "Refunds 1"]
    assert "Seq Scan" not in explained.plans[0], explained.plans[0]
    assert "Limit" in explained.plans[0]


class Explained:
    """Explains each query of history before it runs."""

    def __init__(self):
        self.plans = []

    def __call__(self, execute, sql, params, many, context):
        if not isinstance(sql, str):
            with context["connection"].connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + sql.as_string(cursor), params)
                self.plans.append("\n".join(row[0] for row in cursor.fetchall()))
        return execute(sql, params, many, context)
