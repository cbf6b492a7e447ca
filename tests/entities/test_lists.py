"""A list shows what its address asks for, page by page, and says so when it cannot."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.entities import list_view, paging, registry
from tests.entities.conftest import browser, met_again
from tests.harness import databases

LISTS = ["channels", "members", "spaces", "categories", "articles", "translations"]


def rows(answer):
    """The ids of a page's rows, in order."""
    return [int(pk) for pk in re.findall(r'href="/\w+/(\d+)/" data-open', answer.content.decode())]


def link(answer, rel):
    """The address of the next or previous page, or None."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', answer.content.decode())
    return found.group(1).replace("&amp;", "&") if found else None


def walk(client, address, rel="next"):
    """All pages from one on."""
    pages = []
    while address:
        answer = client.get(address)
        pages.append((address, rows(answer)))
        address = link(answer, rel)
    return pages


@pytest.fixture(scope="module")
def many(world):
    """120 articles more, of which two thirds were changed in one moment."""
    with databases.connect("product") as product:
        _make_many(product, world.site)
    return world.site


def _make_many(product, site):
    product.execute(
        "INSERT INTO articles_article (channel_id, space_id, category_id, slug, updated_at) "
        "SELECT %s, %s, %s, 'many-' || n %% 7 || '-' || n, "
        "now() - CASE WHEN n %% 3 = 0 THEN n ELSE 7 END * interval '1 minute' "
        "FROM generate_series(1, 120) n",
        [site.channel, site.space, site.categories[0]],
    )


@pytest.mark.parametrize("order", ["", "updated_at", "-created_at", "created_at", "slug", "-slug"])
def test_pages_lead_through_every_row_once_and_back(vera, many, order):
    pages = walk(vera, f"/articles/?order={order}" if order else "/articles/")
    forward = [pk for _, page in pages for pk in page]
    assert [len(page) for _, page in pages] == [50, 50, 26]
    assert len(set(forward)) == 126
    back = walk(vera, pages[-1][0], "prev")
    assert [pk for _, page in reversed(back) for pk in page] == forward


def test_the_first_page_is_whole_again_on_the_way_back(vera, many, monkeypatch):
    second = link(vera.get("/articles/"), "next")
    monkeypatch.setattr(paging, "SIZE", 50)
    first = vera.get(link(vera.get(second), "prev"))
    assert len(rows(first)) == 50
    assert link(first, "prev") is None


@pytest.mark.parametrize("slug", LISTS)
def test_every_allowed_order_is_offered_and_works(world, slug):
    otis = browser(world.people["otis"])
    entity = registry.by_slug(slug)
    for name in entity.ordering:
        for order in (name.removeprefix("-"), "-" + name.removeprefix("-")):
            assert otis.get(f"/{slug}/", {"order": order}).status_code == 200


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"order": "body"}, "cannot be ordered by “body”"),
        ({"order": "-"}, "cannot be ordered by “-”"),
        ({"order": "x" * 5_000}, "cannot be ordered by"),
        ({"after": "x"}, "place in the list is not valid"),
        ({"before": "x" * 10_000}, "place in the list is not valid"),
        ({"colour": "red"}, "no filter called “colour”"),
        ({"state": "lost"}, "State: Select a valid choice"),
        ({"hidden": "perhaps"}, "Hidden: Select a valid choice"),
        ({"updated_at_after": "tomorrow"}, "Changed: Enter a valid date"),
        ({"channel": "a" * 300}, "Channel: Ensure this value has at most 200"),
        ({"channel": "\x00"}, "Channel: Null characters are not allowed"),
        ({"q": "a" * 300}, "at most 200 characters"),
    ],
)
def test_what_cannot_be_done_is_said_and_no_row_is_shown(vera, params, said):
    answer = vera.get("/articles/", params)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert rows(answer) == []
    assert "Show all" in answer.content.decode()


def test_a_place_of_another_order_is_refused(vera, many):
    place = link(vera.get("/articles/"), "next")
    assert vera.get(f"{place}&order=slug").status_code == 400


def test_a_forged_place_is_refused(vera, many):
    place = link(vera.get("/articles/"), "next")
    assert vera.get(place).status_code == 200
    assert vera.get(place[:-2] + "xx").status_code == 400


def test_a_common_word_is_searched_along_the_order(vera, many, monkeypatch):
    monkeypatch.setattr("backoffice.entities.search_narrow.FEW", 2)
    pages = walk(vera, "/articles/?q=many&order=slug")
    assert [len(page) for _, page in pages] == [50, 50, 20]
    (page,) = walk(vera, "/articles/?q=환불")
    assert len(page[1]) == 6


def test_every_filter_that_is_on_has_a_chip_that_takes_it_off(vera):
    text = vera.get("/articles/?state=draft&state=published&channel=1&q=a").content.decode()
    assert text.count('class="chip chip--on"') == 4
    assert 'href="/articles/?channel=1&amp;q=a&amp;state=published"' in text
    assert 'href="/articles/?state=draft&amp;state=published&amp;channel=1"' in text
    assert '<span class="chip__value">아크미 acme</span>' in text


def test_fields_left_empty_are_taken_out_of_the_address(vera):
    answer = vera.get("/articles/?q=&state=draft&channel=")
    assert answer["location"] == "/articles/?state=draft"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/articles/?state=archived", "No record fits all of the chips above"),
        ("/articles/?q=zzzz", "No record fits all of the chips above"),
    ],
)
def test_an_empty_list_says_why_and_what_next(vera, address, said):
    text = vera.get(address).content.decode()
    assert said in text
    assert "Show all" in text


def test_a_list_without_any_record_says_that_nothing_was_made(browse, people):
    text = browse("vera").get("/articles/").content.decode()
    assert "Nothing has been made yet" in text
    assert "Show all" not in text


def test_it_says_how_many_there_are_up_to_a_cap(vera, many, monkeypatch):
    assert "Showing 50 of 126" in vera.get("/articles/").content.decode()
    assert "6 records" in vera.get("/articles/?state=published").content.decode()
    monkeypatch.setattr(list_view, "CAP", 100)
    monkeypatch.setattr(list_view, "count_capped", lambda records: 101)
    assert "Showing 50 of 100+" in vera.get("/articles/").content.decode()
    monkeypatch.setattr(list_view, "count_capped", lambda records: None)
    assert "Showing 50 of many" in vera.get("/articles/").content.decode()


def test_it_says_who_changed_a_record_last(browse, site, product):
    with product.transaction():
        product.execute(
            "SELECT set_config('backoffice.actor_kind', 'member', true), "
            "set_config('backoffice.actor_id', 'minji', true), "
            "set_config('backoffice.actor_label', '김민지', true)"
        )
        product.execute("UPDATE articles_article SET pinned = true WHERE id = 1")
    text = browse("otis").get("/articles/").content.decode()
    assert text.count('changed__actor"><svg class="icon" aria-hidden="true"><use') >= 3
    assert '#member"></use></svg><span title="김민지">김민지</span>' in text
    masked = browse("vera").get("/articles/").content.decode()
    assert (
        '#member"></use></svg><span title="Member #1">Member #1</span>' in masked
        and "김민지" not in masked
    )
    assert '#database"></use></svg><span title="product">product</span>' in text


@pytest.mark.parametrize("slug", LISTS)
def test_a_page_costs_a_fixed_number_of_queries(vera, many, slug):
    vera.get(f"/{slug}/")
    with CaptureQueriesContext(connection) as queries:
        answer = vera.get(f"/{slug}/")
    assert answer.status_code == 200
    asked = [query["sql"] for query in queries if query["sql"] not in ("BEGIN", "COMMIT")]
    assert len(asked) <= 8, asked


def test_a_closed_scope_is_not_in_the_list(browse, people, site, elsewhere, restrict):
    assert rows(browse("vera").get("/articles/?order=created_at")) == [1, 2, 3, 4, 5, 6]
    restrict(site.channel, people["ada"])
    vera = browser(met_again(people["vera"]))
    for slug in LISTS:
        text = vera.get(f"/{slug}/").content.decode()
        assert "acme" not in text.partition("<main")[2], slug
    assert rows(vera.get("/articles/?order=created_at")) == elsewhere.articles
    assert rows(vera.get(f"/articles/?channel={site.channel}")) == []
    assert rows(vera.get("/articles/?q=환불&order=created_at")) == elsewhere.articles
    ada = browser(met_again(people["ada"]))
    assert len(rows(ada.get("/articles/"))) == 6


def test_personal_fields_are_masked_for_those_who_may_not_see_them(world):
    for name in ("vera", "dev"):
        text = browser(world.people[name]).get("/members/").content.decode()
        assert f"Member #{world.site.member}" in text
        assert "m•••@a•••" in text
        assert "minji@acme.test" not in text
        assert "김민지" not in text
    text = browser(world.people["otis"]).get("/members/").content.decode()
    assert "minji@acme.test" in text
    assert "김민지" in text


def test_the_order_of_masked_names_is_not_given_away(world, vera):
    page = vera.get("/members/")
    assert page.context["listing"].ordering.name == "-created_at"
    assert "order=name" not in page.content.decode()
    for order in ("name", "-name", "email"):
        refused = vera.get("/members/", {"order": order})
        assert refused.status_code == 400
        assert refused.context["listing"].rows == []
    assert browser(world.people["otis"]).get("/members/", {"order": "-name"}).status_code == 200


def test_a_list_can_only_be_read(vera):
    assert vera.post("/articles/").status_code in (403, 405)
    assert vera.get("/shelves/").status_code == 404


def test_rows_are_ticked_only_by_those_who_may_do_something_with_them(world, vera):
    assert 'name="target"' not in vera.get("/articles/").content.decode()
    assert 'name="target"' in browser(world.people["otis"]).get("/articles/").content.decode()
