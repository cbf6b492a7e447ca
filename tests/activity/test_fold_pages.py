"""Folds in the browser: one row for what one person did in a row, its events and its records."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actors import Actor
from audit.models import Event
from backoffice.activity import event_page, fold_actions, fold_view
from backoffice.activity.fold_actions import FoldAction
from tests.activity.conftest import words
from tests.audit.writing import JIHO, MINJI, change_by


@pytest.fixture
def hid_one_by_one(site, hide):
    """김민지 hid every article, each in a transaction of its own."""
    return [hide([article], reason="") for article in site.articles]


def row_of(client, address="/activity/"):
    """The newest row that is a fold."""
    rows = client.get(address).context["timeline"].items
    return next(row for row in rows if hasattr(row, "fold"))


def test_a_row_says_who_did_what_how_often_where_and_when(browse, site, hid_one_by_one, product):
    with change_by(product, JIHO) as cursor:
        cursor.execute("UPDATE articles_space SET website_enabled = false")
    otis = browse("otis")
    row = row_of(otis)
    text = words(otis.get("/activity/"))
    assert "김민지 (member · editor) hid 3 articles, one by one" in text
    assert (row.count, len(row.places), row.goes_on) == (3, 1, False)
    assert [name.text for name in row.records] == ["환불 안내 1", "환불 안내 2", "환불 안내 3"]
    assert row.first_at < row.at
    assert row.sources == ["editor", "product", "127.0.0.1"]


def test_several_places_are_counted_apart(browse, site, elsewhere, product):
    for article in (*site.articles, *elsewhere.articles[:1]):
        with change_by(product) as cursor:
            cursor.execute("DELETE FROM articles_translation WHERE article_id = %s", (article,))
            cursor.execute("DELETE FROM articles_article WHERE id = %s", (article,))
    text = words(browse("otis").get("/activity/?verb=deleted"))
    assert "deleted 4 articles for good in 2 spaces, one by one" in text
    assert "acme 도움말 3 · other 도움말 1" in text
    # What is gone is called as it was last seen.
    assert "Refunds 1, Refunds 2" in text


def test_it_opens_to_its_events_page_by_page_with_and_without_scripts(
    browse, hid_one_by_one, monkeypatch
):
    monkeypatch.setattr(fold_view, "EVENTS", 2)
    otis = browse("otis")
    row = row_of(otis)
    part = otis.get(row.part_url, headers={"hx-request": "true"})
    html = part.content.decode()
    assert "<html" not in html
    assert re.findall(r'id="event-(\d+)"', html) == [str(pk) for pk in hid_one_by_one[:0:-1]]
    more = otis.get(part.context["next_url"]).content.decode()
    assert re.findall(r'id="event-(\d+)"', more) == [str(hid_one_by_one[0])]
    page = otis.get(f"{row.url}&tab=events")
    assert len(page.context["page"].entries) == 2
    to_all = re.search(r'href="([^"]*)">only this person', page.content.decode()).group(1)
    assert to_all.startswith("/activity/?")
    assert otis.get(to_all.replace("&amp;", "&")).status_code == 200
    last = otis.get(page.context["page"].next_url)
    assert [entry.event.id for entry in last.context["page"].entries] == hid_one_by_one[:1]


def test_its_records_can_be_ticked_and_handed_to_an_operation(browse, site, hid_one_by_one):
    otis = browse("otis")
    page = otis.get(row_of(otis).url)
    text, html = words(page), page.content.decode()
    assert "hid 3 articles, one by one" in text
    ticks = re.findall(r'name="target" value="(\d+)"', html)
    assert sorted(int(pk) for pk in ticks) == site.articles
    assert text.count("Hidden no → yes") == 3
    assert 'formaction="/operations/article.unhide/"' in html
    filled = otis.post("/operations/article.unhide/", {"step": "fill", "target": ticks})
    assert filled.status_code == 200
    assert "환불 안내 3" in filled.content.decode()


def test_its_records_come_in_pages(browse, hid_one_by_one, monkeypatch):
    monkeypatch.setattr(event_page, "ROWS", 2)
    otis = browse("otis")
    (section,) = otis.get(row_of(otis).url).context["page"].sections
    assert (len(section.rows), section.count) == (2, 3)
    (rest,) = otis.get(section.next_url).context["page"].sections
    assert len(rest.rows) == 1


def test_its_address_keeps_what_it_showed(browse, site, hide, hid_one_by_one):
    otis = browse("otis")
    row = row_of(otis)
    hide(site.articles[:1], reason="")
    hide(site.articles[1:2], reason="")
    page = otis.get(row.url).context["page"]
    assert page.row.count == 3
    assert not page.row.fold.has_grown
    with_more = browse("otis")
    hide_again = row_of(with_more, "/activity/?verb=hidden")
    assert hide_again.count == 3


def test_other_rooms_add_buttons_for_all_of_its_events(browse, hid_one_by_one, monkeypatch):
    monkeypatch.setattr(fold_actions, "_offers", [])
    fold_actions.register_fold_action(
        lambda request, fold: FoldAction("Restore what this did", f"/x/?n={fold.count}")
    )
    fold_actions.register_fold_action(lambda request, fold: None)
    otis = browse("otis")
    html = otis.get(row_of(otis).url).content.decode()
    assert '<a class="button" href="/x/?n=3">' in html
    assert "Restore what this did" in html
    with pytest.raises(ValueError, match="already"):
        fold_actions.register_fold_action(fold_actions._offers[0])


def test_a_closed_scope_closes_it(browse, site, restrict, people, hid_one_by_one):
    otis = browse("otis")
    url = row_of(otis).url
    inside = row_of(otis, f"/channels/{site.channel}/timeline/").url
    assert {otis.get(address).status_code for address in (url, inside)} == {200}
    restrict(site.channel, people["vera"])
    otis = browse("otis")
    assert otis.get(url).status_code == 404
    assert otis.get(inside).status_code == 400
    assert "hid 3 articles" not in words(otis.get("/activity/"))
    assert browse("ada").get(url).status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("at=x", 400),
        ("at=1.1", 404),
        ("at=99999999999999999999.1", 400),
        ("at=1.1&verb=exploded", 400),
        ("at=1.1&scope=999999999999999999999", 400),
        ("at=1.1&part=events", 404),
    ],
)
def test_an_address_that_names_none_is_refused(browse, site, query, status):
    page = browse("otis").get(f"/activity/fold/?{query}")
    assert page.status_code == status
    assert "<h1" in page.content.decode()


def test_the_address_of_a_single_event_leads_to_it(browse, site, hide):
    event = Event.objects.get(pk=hide(site.articles))
    (row,) = [
        row
        for row in browse("otis").get("/activity/").context["timeline"].items
        if row.event.pk == event.pk
    ]
    assert not hasattr(row, "fold")
    at = f"{int(event.occurred_at.timestamp() * 1_000_000)}.{event.pk}"
    answer = browse("otis").get(f"/activity/fold/?at={at}")
    assert answer["location"] == f"/events/{event.pk}/"


@pytest.fixture
def busy(site, product):
    """Two people who move the same articles by turns, for four reasons."""
    for number in range(12):
        for actor in (MINJI, JIHO):
            with change_by(product, actor, reason=f"{number % 4}") as cursor:
                cursor.execute("UPDATE articles_article SET pinned = NOT pinned WHERE id = 1")


def questions(client, address):
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len([q for q in caught.captured_queries if "django_session" not in q["sql"]])


def test_pages_ask_few_questions_whatever_they_show(browse, site, busy, product):
    otis = browse("otis")
    narrow = "actor=member:minji"
    fold = row_of(otis, f"/activity/?{narrow}").url
    pages = (f"/activity/?{narrow}", fold, f"{fold}&part=events", f"{fold}&tab=events")
    counts = {address: questions(otis, address) for address in pages}
    # Twelve of its own; one asks whether older months lie in an archive, one what waits for them.
    assert counts[pages[0]] <= 14
    # A fold's own page finds the fold anew before it shows what belongs to it.
    assert max(counts.values()) <= 16, counts
    # Names cost one question for each kind of record on the page, and no more; where the last
    # months hold less than a page looks through, one more asks all of them.
    for number in range(6):
        with change_by(product, MINJI) as cursor:
            cursor.execute("UPDATE articles_translation SET summary = %s", (str(number),))
            cursor.execute("UPDATE articles_category SET hidden = NOT hidden")
    assert questions(otis, "/activity/") <= 21


def test_inside_a_channel_or_a_space_only_what_lies_there_is_told(
    browse, site, elsewhere, product, restrict, people
):
    """One event may reach into several; a fold of such is told in part."""
    for verb in ("true", "false", "true"):
        with change_by(product, Actor.script("tidy", "tidy"), "tidying") as cursor:
            cursor.execute(f"UPDATE articles_article SET pinned = {verb}")
    otis = browse("otis")
    for where in (f"scope={site.channel}", f"area={site.space}"):
        row = row_of(otis, f"/activity/?{where}")
        sections = otis.get(row.url).context["page"].sections
        rows = [one for section in sections for one in section.rows]
        assert {one.version.record_id for one in rows} == set(site.articles), where
        page = otis.get(f"{row.url}&tab=events").context["page"]
        assert all(entry.group.count == len(site.articles) for entry in page.entries), where
        named = {name.url for entry in page.entries for name in entry.records}
        assert named <= {f"/articles/{pk}/" for pk in site.articles}, where


def test_what_is_gone_is_named_to_the_last_record_in_few_questions(browse, site, product):
    """A fold's row names a few of its records; its page names all, in no more questions."""
    otis, asked = browse("otis"), []
    with change_by(product, MINJI) as cursor:
        cursor.execute(
            "INSERT INTO articles_article (channel_id, space_id, slug) "
            "SELECT %s, %s, 'gone-' || n FROM generate_series(1, 30) n RETURNING id",
            (site.channel, site.space),
        )
        made = [pk for (pk,) in cursor.fetchall()]
    for some in (made[:8], made[8:]):
        for article in some:
            with change_by(product, JIHO) as cursor:
                cursor.execute("DELETE FROM articles_article WHERE id = %s", (article,))
        address = row_of(otis).url
        with CaptureQueriesContext(connection) as queries:
            text = words(otis.get(address))
        asked.append(len(queries))
    for number in range(1, 31):
        assert f"gone-{number} " in text
    assert asked[1] <= asked[0] <= 25
