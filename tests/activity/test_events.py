"""The list of events and the page of one: outcome, reason, source, and the exact rows."""

import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from audit import events
from audit.actors import Actor
from audit.models import Event, Outcome
from backoffice.activity import event_page
from tests.activity.conftest import words
from tests.audit.writing import MINJI, change_by


def test_the_page_of_an_event_holds_everything_about_it(browse, site, hide):
    event = hide(site.articles)
    page = browse("otis").get(f"/events/{event}/")
    text = words(page)
    assert page.status_code == 200
    assert f"김민지 hid 3 articles Done #{event}" in text
    assert "Reason 시즌 종료 정리" in text
    for fact in ("records.changed", "editor", "product", "127.0.0.1"):
        assert fact in text
    assert text.count("Hidden no → yes") == 3
    copied = re.search(r'data-copy="([^"]*hid 3 articles[^"]*)"', page.content.decode())
    assert copied and "환불 안내 2 (#2) hidden Hidden: no → yes" in copied.group(1)


def test_the_rows_of_an_event_can_be_ticked_and_handed_to_an_operation(browse, site, hide):
    event = hide(site.articles)
    otis = browse("otis")
    html = otis.get(f"/events/{event}/").content.decode()
    ticks = re.findall(r'name="target" value="(\d+)"', html)
    # In the order in which the server came to them, which is its own affair.
    assert sorted(ticks, key=int) == [str(pk) for pk in site.articles]
    assert 'formaction="/operations/article.unhide/"' in html
    filled = otis.post("/operations/article.unhide/", {"step": "fill", "target": ticks})
    assert filled.status_code == 200
    assert "환불 안내 3" in filled.content.decode()
    vera = browse("vera").get(f"/events/{event}/").content.decode()
    assert "formaction" not in vera


def test_a_refused_operation_stands_with_its_record(browse, site):
    address = f"/events/?record=article:{site.articles[0]}"
    otis = browse("otis")
    assert "was refused" not in words(otis.get(address))
    browse("vera").get("/operations/article.hide/", {"target": site.articles[0]})
    assert "Vera (staff · viewer) was refused" in words(otis.get(address))
    assert "was refused" not in words(otis.get(f"/events/?record=article:{site.articles[1]}"))


def test_the_rows_come_in_pages_by_entity(browse, site, product, monkeypatch):
    monkeypatch.setattr(event_page, "ROWS", 2)
    with change_by(product, MINJI) as cursor:
        cursor.execute("UPDATE articles_article SET pinned = true")
        cursor.execute("UPDATE articles_translation SET summary = 'neu'")
    address = f"/events/{Event.objects.latest('id').id}/"
    vera = browse("vera")
    first = vera.get(address)
    articles, translations = first.context["page"].sections
    assert [row.version.record_id for row in articles.rows] == site.articles[:2]
    assert (articles.count, translations.count, len(translations.rows)) == (3, 6, 2)
    second = vera.get(articles.next_url)
    articles, translations = second.context["page"].sections
    assert [row.version.record_id for row in articles.rows] == site.articles[2:]
    assert articles.next_url == "" and articles.first_url == address
    assert len(translations.rows) == 2


def test_created_and_deleted_rows_show_what_they_held_and_cannot_be_ticked_when_gone(
    browse, site, product
):
    with change_by(product, MINJI, reason="중복") as cursor:
        cursor.execute("DELETE FROM articles_translation WHERE id = %s", (site.translations[0],))
    page = browse("otis").get(f"/events/{Event.objects.latest('id').id}/")
    text = words(page)
    assert "deleted for good" in text
    assert "What it held" in text
    assert 'name="target"' not in page.content.decode()


def test_parameters_are_bounded_and_secrets_in_them_masked(browse, people):
    otis = Actor.staff(people["otis"])
    params = {"token": "abc", "nested": [{"Client_Secret": "def"}], "q": "환불"}
    event = events.record("search.made", actor=otis, params=params).event_id
    page = browse("otis").get(f"/events/{event}/")
    text = words(page)
    assert "환불" in text
    assert "abc" not in text and "def" not in text
    assert page.context["page"].params.count("•••") == 2
    params = {"q": "환불" * 3_000}
    event = events.record("search.made", actor=otis, params=params).event_id
    assert len(words(browse("otis").get(f"/events/{event}/"))) < 11_000


def test_what_lies_in_closed_scopes_is_left_out_with_the_parameters(
    browse, site, elsewhere, hide, restrict, people
):
    event = hide([*site.articles, *elsewhere.articles])
    restrict(elsewhere.channel, people["otis"])
    page = browse("vera").get(f"/events/{event}/")
    assert page.status_code == 200
    assert page.context["page"].is_partly_hidden
    assert "not open to you" in words(page)
    (section,) = page.context["page"].sections
    assert sorted(row.version.record_id for row in section.rows) == site.articles
    assert not browse("otis").get(f"/events/{event}/").context["page"].is_partly_hidden


def test_who_looked_at_what_is_for_those_who_answer_for_it(browse, site, people):
    read = events.record(
        "record.opened",
        actor=Actor.staff(people["otis"]),
        entity="article",
        record_id=str(site.articles[0]),
        scope=site.channel,
    ).event_id
    assert browse("ada").get(f"/events/{read}/").status_code == 200
    assert "opened a record: article 환불 안내 1" in words(browse("ada").get("/events/"))
    assert browse("otis").get(f"/events/{read}/").status_code == 200
    assert browse("vera").get(f"/events/{read}/").status_code == 404
    assert "opened a record: article" not in words(browse("vera").get("/events/"))


def test_refusals_say_what_was_wanted_and_by_whom(browse, people):
    event = events.record(
        "article.hidden",
        actor=Actor.staff(people["vera"]),
        outcome=Outcome.DENIED,
        detail="lacks articles.hide_article",
        ticket="CX-1",
    ).event_id
    otis = browse("otis")
    text = words(otis.get(f"/events/{event}/"))
    assert "was refused “hid articles” Denied" in text
    assert "It changed no record" in text
    assert "lacks articles.hide_article" in text
    found = otis.get("/events/", {"outcome": "denied", "ticket": "CX-1", "person": "vera"})
    assert [entry.event.id for entry in found.context["timeline"].entries] == [event]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("entity=article&text=시즌", 1),
        ("name=records.changed&kind=change&text=종료", 1),
        ("text=nothing", 0),
        ("actor=member:minji&since=2020-01-01", 1),
        ("actor=member:minji&until=2020-01-01", 0),
        ("outcome=failed", 0),
    ],
)
def test_the_list_narrows_by_what_the_address_says(browse, site, hide, query, count):
    hide(site.articles)
    page = browse("vera").get(f"/events/?{query}")
    assert page.status_code == 200
    assert len(page.context["timeline"].entries) == count


def test_home_shows_recent_changes_and_what_the_person_did(browse, site, hide, people):
    hide(site.articles)
    events.record(
        "article.hidden", actor=Actor.staff(people["vera"]), outcome=Outcome.DENIED, detail="no"
    )
    text = words(browse("vera").get("/"))
    assert "Recent changes" in text and "hid 3 articles" in text
    assert "My operations" in text and "was refused" in text
    assert "You have not run an operation yet." in words(browse("otis").get("/"))


def test_the_page_of_an_event_asks_little(browse, site, product):
    with change_by(product, MINJI) as cursor:
        cursor.execute("UPDATE articles_article SET hidden = true")
        cursor.execute("UPDATE articles_translation SET summary = 'neu'")
    address = f"/events/{Event.objects.latest('id').id}/"
    otis = browse("otis")
    otis.get("/")
    with CaptureQueriesContext(connections["default"]) as queries:
        assert otis.get(address).status_code == 200
    # Six of them are the session, the person, what is closed to them, the replica's state, the
    # requests that wait for them, and by what it was undone.
    assert len(queries) <= 14, [query["sql"] for query in queries]


def test_the_text_to_copy_holds_what_the_page_holds(browse, site, people):
    actor = Actor.staff(people["otis"])
    params = {"operation": "article.hide", "api_key": "k-123", "note": "all of it"}
    event = events.record(
        "article.hidden",
        actor=actor,
        outcome=Outcome.FAILED,
        params=params,
        reason="asked for",
        ticket="CX-9",
        detail="it broke",
        approver_label="Ada",
        approver_id="1",
    ).event_id
    page = browse("otis").get(f"/events/{event}/").context["page"]
    for part in (
        "article.hidden",
        "Outcome: failed",
        "Approved by: Ada",
        "Reason: asked for",
        "Ticket: CX-9",
        "Detail: it broke",
        "all of it",
        f"http://testserver/events/{event}/",
    ):
        assert part in page.as_text, part
    assert "k-123" not in page.as_text and "k-123" not in page.params


def test_work_in_parts_leads_from_one_event_to_the_others(browse, site, people, restrict):
    actor = Actor.staff(people["otis"])
    asked = events.record("article.hidden", actor=actor, outcome=Outcome.REQUESTED).event_id
    parts = [
        events.record("article.hidden", actor=actor, parent_id=asked, scope=scope).event_id
        for scope in (None, site.channel)
    ]
    restrict(site.channel, people["ada"])
    ada, otis = browse("ada"), browse("otis")
    text = ada.get(f"/events/{asked}/").content.decode()
    assert all(f'href="/events/{part}/"' in text for part in parts)
    text = otis.get(f"/events/{asked}/").content.decode()
    assert f'href="/events/{parts[0]}/"' in text and f'href="/events/{parts[1]}/"' not in text
    assert f'href="/events/{asked}/"' in otis.get(f"/events/{parts[0]}/").content.decode()
