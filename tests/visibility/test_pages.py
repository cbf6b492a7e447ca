"""The page of why: every condition with its value, origin, setter and what mends it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actors import Actor
from tests.audit.writing import JIHO, MINJI, change_by
from tests.content import make_help_center
from tests.entities.conftest import browser
from tests.harness import databases
from tests.people import make_people

MOST_QUERIES = 24


@pytest.fixture(scope="module")
def hidden_above(committed_db_once):
    """S2: two levels above the article's category one is hidden, by Minji."""
    people = make_people()
    with databases.connect("product") as product:
        site = make_help_center(product)
        with change_by(product, MINJI, "정리", tool="app 3.2") as cursor:
            cursor.execute(
                "UPDATE articles_category SET hidden = true WHERE id = %s", site.categories[:1]
            )
        with change_by(product, JIHO) as cursor:
            cursor.execute(
                "UPDATE articles_article SET state = 'draft' WHERE id = %s", site.articles[2:]
            )
    return site, people


def text_of(person, address, status=200):
    answer = browser(person).get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def condition(text, name):
    """The part of the page about one condition."""
    return text.partition(f'id="condition-{name}"')[2].partition('<li class="condition condition')[
        0
    ]


def test_it_lists_every_condition_in_order(hidden_above):
    site, people = hidden_above
    text = text_of(people["otis"], f"/articles/{site.articles[0]}/visibility/")
    names = [part.partition('"')[0] for part in text.split('id="condition-')[1:]]
    assert names == [
        "channel_active",
        "website_on",
        "access_public",
        "categories_shown",
        "published",
        "publish_date",
        "not_hidden",
        "not_deleted",
        "text_there",
    ]


def test_the_failing_one_says_where_from_who_when_and_what_mends_it(hidden_above):
    site, people = hidden_above
    text = text_of(people["otis"], f"/articles/{site.articles[0]}/visibility/")
    failing = condition(text, "categories_shown")
    assert "A category above is hidden" in failing
    assert "inherited from the category 2 levels above" in failing
    assert f'<a href="/categories/{site.categories[0]}/">결제</a>' in failing
    assert "김민지" in failing
    assert f"/operations/category.unhide/?target={site.categories[0]}" in failing
    assert f"/categories/{site.categories[0]}/history/hidden/" in failing
    for well in ("channel_active", "website_on", "published", "text_there"):
        assert "/operations/" not in condition(text, well)


def test_who_may_not_mend_it_is_told_who_may(hidden_above):
    site, people = hidden_above
    text = text_of(people["vera"], f"/articles/{site.articles[0]}/visibility/")
    failing = condition(text, "categories_shown")
    address = f"/operations/category.unhide/?target={site.categories[0]}"
    assert failing.count("/operations/") == failing.count(f"{address}&amp;ask=1") == 1
    assert "your role may not run it" in failing
    assert "Otis" in failing
    assert "김민지" not in text


def test_it_says_until_when_it_was_visible_and_what_ended_it(hidden_above):
    site, people = hidden_above
    text = text_of(people["otis"], f"/articles/{site.articles[0]}/visibility/")
    last = text.partition('id="last-visible"')[2].partition("</section>")[0]
    assert "Visible until" in last
    assert "김민지" in last
    assert "결제" in last


def test_it_says_what_one_switch_hides_and_the_list_has_as_many(hidden_above):
    site, people = hidden_above
    first = site.categories[0]
    text = text_of(people["otis"], f"/categories/{first}/visibility/")
    assert "What 결제 hides" in text
    assert "<strong>2</strong> articles" in text
    assert "<strong>2</strong> categories" in text
    listed = text_of(people["otis"], f"/articles/?behind=category:{first}")
    assert listed.count('name="target"') == 2
    assert "Behind the switches of" in listed
    assert "결제" in listed
    assert "0 of them" not in text


def test_a_record_that_is_well_says_what_visitors_see_through_it(hidden_above, committed_db_once):
    site, people = hidden_above
    with databases.connect("product") as product:
        other = make_help_center(product, "well")
    text = text_of(people["vera"], f"/spaces/{other.space}/visibility/")
    assert "Visitors of the main page see it." in text
    assert "What visitors see in well 도움말" in text
    assert "<strong>3</strong> articles" in text
    listed = text_of(people["vera"], f"/articles/?behind=space:{other.space}&visible=yes")
    assert listed.count("data-open") == 3


def test_the_list_tells_visible_from_not_visible(hidden_above):
    site, people = hidden_above
    seen = text_of(people["otis"], f"/articles/?visible=yes&space={site.space}")
    unseen = text_of(people["otis"], f"/articles/?visible=no&space={site.space}")
    assert (seen.count('name="target"'), unseen.count('name="target"')) == (0, 3)


def test_the_language_of_the_visitor_is_in_the_address(hidden_above):
    site, people = hidden_above
    address = f"/articles/{site.articles[0]}/visibility/"
    assert "shown in the default language instead: Korean" in text_of(
        people["vera"], f"{address}?language=ja"
    )
    assert "instead" not in text_of(people["vera"], f"{address}?language=en")


@pytest.mark.parametrize("language", ["xx", "ko'--", "\x00", "k" * 5000, "<script>"])
def test_a_language_that_there_is_not_is_said(hidden_above, language):
    site, people = hidden_above
    answer = browser(people["vera"]).get(
        f"/articles/{site.articles[0]}/visibility/", {"language": language}
    )
    assert answer.status_code == 400
    assert "<script>" not in answer.content.decode().partition("<main")[2]


@pytest.mark.parametrize("value", ["", "x", "category:", "category:0", "article:1", "member:1"])
def test_a_filter_that_names_nothing_is_a_problem_that_is_said(hidden_above, value):
    _site, people = hidden_above
    answer = browser(people["vera"]).get("/articles/", {"behind": value}, follow=True)
    assert answer.status_code == (400 if value else 200)


@pytest.mark.parametrize("page", ["visibility", "settings"])
@pytest.mark.parametrize("record", ["articles", "categories", "spaces"])
def test_its_queries_are_few_and_do_not_grow(hidden_above, record, page):
    site, people = hidden_above
    pk = {"articles": site.articles[0], "categories": site.categories[2], "spaces": site.space}
    client = browser(people["vera"])
    client.get(f"/{record}/{pk[record]}/{page}/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/{record}/{pk[record]}/{page}/?show=all").status_code == 200
    own = [q["sql"] for q in queries if q["sql"] not in ("BEGIN", "COMMIT")]
    assert len(own) <= MOST_QUERIES, "\n".join(own)


def test_the_record_page_has_the_verdict_in_short(hidden_above):
    site, people = hidden_above
    text = text_of(people["otis"], f"/articles/{site.articles[0]}/")
    card = text.partition('aria-labelledby="visibility"')[2].partition("</section>")[0]
    for words in ("Why is it not visible?", "A category above is hidden", "결제", "김민지"):
        assert words in card
    assert f"/articles/{site.articles[0]}/visibility/" in card
    both = text_of(people["otis"], f"/articles/{site.articles[2]}/")
    assert "and 1 more condition that is not met" in both
    assert 'aria-labelledby="visibility"' not in text_of(people["otis"], f"/members/{site.member}/")


def test_settings_that_hold_say_where_from_and_who(hidden_above):
    site, people = hidden_above
    text = text_of(people["otis"], f"/articles/{site.articles[0]}/settings/")
    assert "In a hidden category" in text
    assert "inherited from the category 2 levels above" in text
    assert "김민지" in text
    assert "Feedback" not in text
    whole = text_of(people["otis"], f"/articles/{site.articles[0]}/settings/?show=all")
    assert "Feedback under articles" in whole
    assert "the default" in whole


@pytest.mark.parametrize("page", ["visibility", "settings"])
def test_what_visitors_never_see_has_no_such_page(hidden_above, page):
    site, people = hidden_above
    assert "never see" in text_of(people["ada"], f"/members/{site.member}/{page}/", 404)
    text_of(people["ada"], f"/articles/999999/{page}/", 404)


def test_a_closed_channel_is_as_one_that_does_not_exist(site, people, restrict):
    restrict(site.channel, people["ada"])
    for page in ("visibility", "settings"):
        assert text_of(people["vera"], f"/articles/{site.articles[0]}/{page}/", 404)
    assert "refund" not in text_of(people["vera"], f"/articles/?behind=space:{site.space}")


def test_mending_it_makes_it_visible(site, people, product):
    product.execute("UPDATE articles_category SET hidden = true WHERE id = %s", site.categories[:1])
    from backoffice.operations.performers import StaffPerformer
    from backoffice.operations.pipeline import execute

    address = f"/articles/{site.articles[0]}/visibility/"
    assert "do not see it" in text_of(people["vera"], address)
    execute(
        "category.unhide",
        site.categories[:1],
        {},
        actor=StaffPerformer(people["otis"]),
        reason="고객 요청",
    )
    text = text_of(people["vera"], address)
    assert "Visitors of the main page see it." in text
    assert "Visible since" in text
    assert "Otis" in text
    assert Actor.staff(people["otis"]).label in text
