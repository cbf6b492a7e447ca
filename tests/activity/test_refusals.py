"""Every wrong way to the audit's pages: a clear page, never an error of the console."""

import pytest

PAGES = (
    "/activity/",
    "/events/",
    "/events/1/",
    "/articles/1/timeline/",
    "/articles/1/history/hidden/",
)
BAD = (
    "before=x",
    "before=1.2.3",
    "before=99999999999999999999.1",
    "before=" + "9" * 400,
    "actor=nobody",
    "actor=member:",
    "actor=planet:1",
    "actor=member:" + "x" * 65,
    "actor=member:a%00b",
    "person=" + "x" * 101,
    "person=a%00b",
    "since=yesterday",
    "since=2026-13-40",
    "until=0001-01-01",
    "since=9999-12-31",
    "since=2026-02-01&until=2026-01-01",
    "entity=planet",
    "verb=exploded",
    "field=planet.mass",
    "field=nothing",
)
BAD_OF_EVENTS = (
    "name=planet.exploded",
    "outcome=maybe",
    "kind=odd",
    "record=article",
    "record=planet:1",
    "record=article:99999999999999999999",
    "ticket=" + "X" * 101,
    "text=a%00b",
)


def test_who_is_not_signed_in_or_has_no_access_sees_nothing(browse, site, client):
    nolan = browse("nolan")
    for address in PAGES:
        assert client.get(address).status_code == 302, address
        page = nolan.get(address)
        assert page.status_code == 403, address
        assert "환불" not in page.content.decode()


def test_pages_are_only_read(browse, site):
    vera = browse("vera")
    for address in PAGES:
        for method in ("post", "put", "delete", "patch"):
            assert getattr(vera, method)(address).status_code == 405, (method, address)
        assert vera.head(address).status_code == 200, address


def test_ids_that_are_none_are_not_found(browse, site):
    vera = browse("vera")
    wrong = ("0", "-1", "999999999", "9" * 19, "9" * 400, "abc", "1e3", "١", "%00", "1%20OR%201=1")
    for pk in wrong:
        for address in (f"/events/{pk}/", f"/articles/{pk}/timeline/"):
            page = vera.get(address)
            assert page.status_code == 404, address
            assert "<h1" in page.content.decode()
    assert vera.get("/planets/1/timeline/").status_code == 404


@pytest.mark.parametrize(
    "address", ["/activity/", "/articles/1/timeline/", "/channels/1/timeline/"]
)
def test_filters_that_cannot_be_read_are_named_and_nothing_is_shown(browse, site, hide, address):
    hide(site.articles)
    vera = browse("vera")
    # An article's timeline has no filter by entity: it is left alone there.
    bad = [query for query in BAD if "entity" not in query or "articles" not in address]
    for query in bad:
        page = vera.get(f"{address}?{query}")
        assert page.status_code == 400, query
        text = page.content.decode()
        assert "<h1" in text, query
        assert "hid 3 articles" not in text and "hid it" not in text, query


def test_filters_of_events_that_cannot_be_read_are_named(browse, site):
    vera = browse("vera")
    for query in (*BAD_OF_EVENTS, *BAD):
        if query.startswith(("verb", "field")):
            continue
        page = vera.get(f"/events/?{query}")
        assert page.status_code == 400, query
        assert "<h1" in page.content.decode(), query


def test_rows_of_an_event_that_are_asked_for_wrongly_begin_anew(browse, site, hide):
    event = hide(site.articles)
    vera = browse("vera")
    for query in ("rows=planet&after=1", "rows=article&after=x", "rows=article&after=" + "9" * 30):
        page = vera.get(f"/events/{event}/?{query}")
        assert page.status_code == 200, query
        assert len(page.context["page"].sections[0].rows) == 3
