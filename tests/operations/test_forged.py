"""Requests that no page of ours would send: refused, with nothing changed."""

import pytest

from articles.models import Article, Space
from backoffice.operations.models import StoredPreview
from tests.operations.facts import REASON, content, events_since, last_event_id

HIDE, EDIT = "/operations/article.hide/", "/operations/space.edit/"


@pytest.fixture
def otis(browse):
    return browse("otis")


def sent(targets, **more):
    return {"step": "preview", "target": targets, "reason": REASON, **more}


@pytest.fixture
def closed(elsewhere, restrict, people):
    """A channel that is open to Ada alone."""
    restrict(elsewhere.channel, people["ada"])
    return elsewhere


@pytest.mark.parametrize(
    "name", ["article.hide", "article.edit", "article.move", "article.reorder"]
)
def test_ids_of_a_closed_channel_are_not_there(otis, site, closed, name):
    address, before, last = f"/operations/{name}/", content(), last_event_id()
    assert otis.get(address, {"target": closed.articles[0]}).status_code == 404
    data = {"slug": "taken-over", "position": "1", "category": str(site.categories[0])}
    answer = otis.post(address, sent(closed.articles[:1], **data))
    assert answer.status_code == 403
    assert "other" not in answer.content.decode()
    mixed = otis.post(HIDE, sent([site.articles[0], closed.articles[0]]))
    assert mixed.status_code == 403
    assert content() == before
    assert {event.outcome for event in events_since(last)} == {"denied"}


def test_nothing_is_moved_into_a_closed_channel_nor_out_of_its_own(otis, site, closed):
    before = content()
    for place in (
        {"category": closed.categories[0]},
        {"space": closed.space},
        {"category": site.categories[0], "space": closed.space},
    ):
        assert (
            otis.post("/operations/article.move/", sent(site.articles, **place)).status_code == 422
        )
    author = {"author": closed.member}
    assert (
        otis.post("/operations/article.edit/", sent(site.articles[:1], **author)).status_code == 422
    )
    assert content() == before


def test_fields_that_were_not_declared_are_never_read(otis, site, elsewhere):
    forged = {
        "channel": elsewhere.channel,
        "channel_id": elsewhere.channel,
        "id": "1",
        "pk": "1",
        "website_enabled": "false",
        "created_at": "2000-01-01",
        "search_key": "x",
        "values": "{}",
        "space__name": "x",
    }
    before = content()
    assert otis.post(EDIT, sent([site.space], **forged)).status_code == 422
    assert content() == before
    page = otis.post(EDIT, sent([site.space], name="새 이름", **forged))["location"]
    assert StoredPreview.objects.get().params == {"name": "새 이름"}
    assert otis.post(page, forged).status_code == 302
    row = Space.objects.filter(pk=site.space).values().get()
    assert (row["name"], row["website_enabled"], row["channel_id"]) == (
        "새 이름",
        True,
        site.channel,
    )
    assert row["created_at"].year > 2000


def test_what_is_applied_is_what_was_previewed_whatever_is_sent(otis, site):
    page = otis.post(HIDE, sent(site.articles[:1]))["location"]
    forged = {"target": site.articles, "reason": "ㅎㅎㅎㅎ", "params": "{}", "confirmed": "x"}
    assert otis.post(page, forged).status_code == 302
    assert list(Article.objects.filter(hidden=True).values_list("pk", flat=True)) == [
        site.articles[0]
    ]


def test_a_token_is_good_once_for_one_person_and_one_operation(otis, browse, site, product):
    page = otis.post(HIDE, sent(site.articles[:1]))["location"]
    token = StoredPreview.objects.get().token
    assert otis.post(page).status_code == 302
    product.execute("UPDATE articles_article SET hidden = false")
    before, last = content(), last_event_id()
    replayed = otis.post(page)
    assert replayed["location"].endswith("/done/")
    assert browse("ada").post(page).status_code == 410
    assert otis.post(f"/operations/article.unhide/{token}/").status_code == 410
    assert otis.post(page.replace(str(token)[:4], "0000")).status_code == 410
    assert content() == before
    assert [event for event in events_since(last) if event.kind == "change"] == []


def test_an_edited_token_of_a_form_is_refused(otis, site):
    form = otis.get(EDIT, {"target": site.space}).context["form"]
    token = form["seen"].value()
    before = content()
    for forged in (f"{token}x", token[1:], "x", token.replace(":", ".")):
        answer = otis.post(EDIT, sent([site.space], name="새 이름", seen=forged))
        assert answer.status_code == 422
        assert "altered on its way" in answer.content.decode()
    assert content() == before


def test_a_stale_form_sent_again_overwrites_nobody(otis, site, product):
    form = otis.get(EDIT, {"target": site.space}).context["form"]
    old = sent([site.space], name="나의 이름", seen=form["seen"].value())
    page = otis.post(EDIT, old)["location"]
    otis.post(page)
    product.execute("UPDATE articles_space SET name = '고객이 다시 고침'")
    before = content()
    assert otis.post(EDIT, old).status_code == 409
    assert content() == before


@pytest.mark.parametrize(
    "junk",
    [
        {"target": ["1"] * 1_500},
        {"reason": "x" * 100_000},
        {"ticket": "x" * 100_000},
        {"usual": "x" * 100_000, "reason": ""},
        {"seen": "x" * 100_000},
        {"author": "x" * 100_000},
        {"author": "9" * 30},
        {"author": "\x00"},
        {"published_at": "9" * 5_000},
        {"published_at": "0000-00-00T00:00:00"},
        {"slug": "\x00"},
        {"slug": "가" * 100_000},
    ],
)
def test_every_input_is_bounded(otis, site, junk):
    before = content()
    answer = otis.post("/operations/article.edit/", {**sent(site.articles[:1], slug="new"), **junk})
    # The ids of one record, however often, are one record.
    assert answer.status_code == (302 if "target" in junk else 422)
    assert content() == before
