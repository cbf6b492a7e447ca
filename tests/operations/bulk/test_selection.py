"""Selections: what they stand for, read anew each time, and where pages offer them."""

import re

import pytest

from audit.models import Event
from backoffice.accounts.models import Staff
from backoffice.operations.bulk import selection
from backoffice.operations.bulk.kinds import Keys, register
from backoffice.operations.exceptions import Invalid

HIDE = "UPDATE articles_article SET hidden = true WHERE id = %s"


@pytest.fixture
def asked(people):
    def ask(kind, query="", staff="otis", entity="article", keys=()):
        # Anew each time: what is closed to a person is remembered on them.
        person = Staff.objects.get(pk=people[staff].pk)
        return selection.ask(person, entity, kind, query, keys)

    return ask


@pytest.fixture
def hidden_one_by_one(dozen, product):
    """Nine articles, each hidden by a transaction of its own."""
    for key in dozen.articles[:9]:
        product.execute(HIDE, [key])
    return dozen.articles[:9]


def keys(asked, selects="records"):
    return selection.first_keys(asked, selects, 100)


def test_a_list_is_read_anew_with_its_filters_and_its_search(asked, dozen, elsewhere, product):
    whole = asked("list")
    assert selection.count(whole) == 15
    some = asked("list", f"channel={dozen.channel}&hidden=no&order=-created_at&after=ignored")
    assert keys(some) == dozen.articles
    product.execute(HIDE, [dozen.articles[0]])
    assert keys(some) == dozen.articles[1:]
    found = asked("list", "q=환불 안내 11")
    assert keys(found) == [dozen.articles[10]]


def test_ticked_records_are_those_that_are_open_to_the_person(asked, dozen, restrict, people):
    chosen = dozen.articles[2:5]
    assert keys(asked("keys", keys=[*chosen, 10**9])) == chosen
    restrict(dozen.channel, people["ada"])
    assert keys(asked("keys", keys=chosen)) == []


def test_a_fold_is_its_events_or_the_records_that_they_changed(
    asked, browse, dozen, hidden_one_by_one
):
    page = browse("otis").get("/activity/").content.decode()
    query = re.search(r'href="/activity/fold/\?([^"]*at=[^"]*)"', page)
    assert query, re.findall(r'href="(/activity[^"]*)"', page)
    fold = asked("fold", query[1].replace("&amp;", "&"))
    assert keys(fold) == hidden_one_by_one
    events = Event.objects.filter(id__in=keys(fold, "events"))
    assert events.count() == 9
    assert {event.actor_kind for event in events} == {"role"}


def test_an_event_is_all_records_that_it_changed(asked, dozen, product):
    product.execute("UPDATE articles_article SET hidden = true")
    event = Event.objects.order_by("-id").first()
    assert keys(asked("event", str(event.id))) == dozen.articles
    assert keys(asked("event", str(event.id)), "events") == [event.id]
    assert keys(asked("event", str(event.id), entity="space")) == []


def test_events_of_closed_scopes_are_nobodys_selection(asked, dozen, product, restrict, people):
    product.execute("UPDATE articles_article SET hidden = true")
    event = Event.objects.order_by("-id").first()
    restrict(dozen.channel, people["ada"])
    with pytest.raises(Invalid):
        keys(asked("event", str(event.id)))


def test_another_room_adds_a_kind_and_none_twice():
    with pytest.raises(ValueError, match="'keys' already"):
        register(Keys)


def test_a_count_stops_at_the_limit(asked, dozen, settings):
    settings.SELECTION_LIMIT = 12
    assert selection.count(asked("list")) == 12
    settings.SELECTION_LIMIT = 11
    with pytest.raises(Invalid, match="more than 11"):
        selection.count(asked("list"))


@pytest.fixture
def many(product, site):
    """More articles than a page of the list holds."""
    product.execute(
        "INSERT INTO articles_article (channel_id, space_id, slug, state) "
        "SELECT %s, %s, 'more-' || n, 'draft' FROM generate_series(1, 60) n",
        [site.channel, site.space],
    )


def test_a_list_of_several_pages_offers_all_that_fit(browse, many):
    page = browse("otis").get("/articles/?hidden=no").content.decode()
    offered = re.search(r'href="(/operations/choose/[^"]*)">Choose all 63 that fit</a>', page)
    assert offered, re.findall("Choose all[^<]*", page)
    answer = browse("otis").get(offered[1].replace("&amp;", "&"))
    assert "63 chosen" in answer.content.decode()


def test_nobody_is_offered_what_they_may_not_do(browse, many):
    assert "Choose all" not in browse("vera").get("/articles/").content.decode()


def test_the_page_of_a_large_event_offers_all_of_its_records(browse, many, product):
    product.execute(
        "INSERT INTO articles_article (channel_id, space_id, slug, state) "
        "SELECT channel_id, id, 'again-' || n, 'draft' "
        "FROM articles_space, generate_series(1, 60) n"
    )
    product.execute("UPDATE articles_article SET hidden = true")
    event = Event.objects.order_by("-id").first()
    page = browse("otis").get(f"/events/{event.id}/").content.decode()
    offered = re.search(r'href="(/operations/choose/[^"]*)">Choose all 123</a>', page)
    assert offered
    answer = browse("otis").get(offered[1].replace("&amp;", "&"))
    assert "123 chosen" in answer.content.decode()
