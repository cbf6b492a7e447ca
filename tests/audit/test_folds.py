"""Folds: what one actor did in a row is one, across pages, whatever others do in between."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import folds, windows
from audit.actors import Actor
from audit.context import claim
from audit.event_filters import Boundary, EventFilters
from audit.folds import fold_from, folded_page, sums_of
from audit.models import Event
from audit.paging import Places, Position
from audit.questions import Question
from tests.content import make_help_center

MINJI, JIHO = Actor.member("minji", "김민지"), Actor.member("jiho", "이지호")
CHANGES = {"kinds": ("change",)}
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def site(committed_db, role_connection):
    return make_help_center(role_connection("product"), articles=4)


@pytest.fixture
def flip(role_connection, site):
    """`flip(minute)` hides (or shows) an article as 김민지, so many minutes after noon."""
    importer = role_connection("importer")

    def act(minute, actor=MINJI, article=0, sets="hidden = NOT hidden", reason="", tool="app"):
        at = NOON + timedelta(minutes=minute)
        with (
            importer.transaction(),
            importer.cursor() as cursor,
            claim(cursor, actor=actor, reason=reason, tool=tool, occurred_at=at),
        ):
            chosen = site.articles[article]
            keys = chosen if isinstance(chosen, list) else [chosen]
            cursor.execute(f"UPDATE articles_article SET {sets} WHERE id = ANY (%s)", (keys,))
        return Event.objects.latest("id").id

    return act


def ask(**filters):
    span = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=1)}
    return Question(EventFilters(**{**CHANGES, **span, **filters}), ["translation"])


def all_pages(question, limit):
    """The ids of the events of every row, page by page."""
    rows, cursor = [], None
    while True:
        page = folded_page(question, cursor, limit)
        rows += [[place.id for place in fold.places] for fold in page.rows]
        if page.next is None:
            return rows
        cursor = page.next


def move_again_and_again(flip, minutes, actor=MINJI):
    """Moves an article at each of these minutes; the ids of the events."""
    return [flip(minute, actor, sets="position = position + 1") for minute in minutes]


def test_others_in_between_do_not_break_a_fold(flip):
    hers = [flip(0, sets="position = 1")]
    his = [flip(1, JIHO, sets="position = 2")]
    hers.append(flip(2, sets="position = 3"))
    his.append(flip(3, JIHO, sets="position = 4"))
    hers.append(flip(4, sets="position = 5"))
    assert all_pages(ask(), 10) == [hers[::-1], his[::-1]]


@pytest.mark.parametrize(("gap", "rows"), [(30, 1), (31, 2)])
def test_neighbours_are_at_most_half_an_hour_apart(flip, gap, rows):
    move_again_and_again(flip, [0, gap])
    assert len(all_pages(ask(), 10)) == rows


def test_another_verb_reason_or_field_is_another_fold(flip):
    made = [
        flip(0, sets="position = 1"),
        flip(1, sets="slug = 'other'"),
        flip(2, sets="hidden = true"),
        flip(3, sets="position = 2", reason="정리"),
    ]
    assert all_pages(ask(), 10) == [[event] for event in made[::-1]]


def test_tools_are_listed_and_do_not_tell_apart(flip):
    for minute, tool in enumerate(("app", "iPad", "app")):
        flip(minute, sets=f"position = {minute + 1}", tool=tool)
    (fold,) = folded_page(ask(), None, 10).rows
    assert (len(fold.places), fold.tools) == (3, ["app", "iPad"])


def test_an_event_about_several_records_is_not_folded_with_those_about_one(flip, site):
    single = flip(0, sets="hidden = true")
    several = flip(1, sets="hidden = true", article=slice(1, 3))
    assert all_pages(ask(), 10) == [[several], [single]]


def test_members_of_two_scopes_with_one_id_are_two_people(flip, site, role_connection):
    other = make_help_center(role_connection("product"), slug="other")
    importer = role_connection("importer")
    mine = flip(0, sets="position = 1")
    with (
        importer.transaction(),
        importer.cursor() as cursor,
        claim(cursor, actor=MINJI, tool="app", occurred_at=NOON + timedelta(minutes=1)),
    ):
        cursor.execute(
            "UPDATE articles_article SET position = 1 WHERE id = %s", (other.articles[0],)
        )
    theirs = Event.objects.latest("id").id
    assert all_pages(ask(), 10) == [[theirs], [mine]]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize("sizes", [(250, 4_000), (2, 3), (3,), (7, 5)])
def test_every_event_is_in_exactly_one_row_whatever_the_pages(flip, monkeypatch, limit, sizes):
    monkeypatch.setattr(windows, "SIZES", sizes)
    hers = move_again_and_again(flip, range(0, 40, 2))
    his = move_again_and_again(flip, range(1, 40, 4), JIHO)
    later = move_again_and_again(flip, [100, 101])
    assert all_pages(ask(), limit) == [later[::-1], hers[::-1], his[::-1]]


def test_a_fold_is_followed_beyond_the_window_and_says_when_it_stops(flip, monkeypatch):
    made = move_again_and_again(flip, range(20))
    monkeypatch.setattr(windows, "SIZES", (2,))
    (fold,) = folded_page(ask(), None, 10).rows
    assert [place.id for place in fold.places] == made[::-1]
    assert not fold.goes_on
    monkeypatch.setattr(folds, "NEAR", 3)
    monkeypatch.setattr(folds, "FAR", 5)
    monkeypatch.setattr(folds, "LEAST", 5)
    (cut,) = folded_page(ask(), None, 10).rows
    assert [place.id for place in cut.places] == made[::-1][:10]
    assert cut.goes_on
    rest = fold_from(ask(), cut.oldest)
    assert rest.has_grown and rest.places[0].id == made[-10]


def test_a_filter_of_time_cuts_folds_and_one_of_people_leaves_them(flip):
    hers = move_again_and_again(flip, range(6))
    his = move_again_and_again(flip, range(6), JIHO)
    until = ask(until=NOON + timedelta(minutes=3))
    assert all_pages(until, 10) == [his[2::-1], hers[2::-1]]
    since = ask(since=NOON + timedelta(minutes=4))
    assert all_pages(since, 10) == [his[:3:-1], hers[:3:-1]]
    assert all_pages(ask(actor=("member", "jiho")), 10) == [his[::-1]]


def test_it_adds_up_records_and_areas(flip, site):
    for number in range(4):
        flip(number, article=number, sets="hidden = true")
    (fold,) = folded_page(ask(verb="hidden"), None, 10).rows
    ((part,),) = sums_of(ask(), [fold])
    assert (part.entity, part.verb, part.area, part.count) == ("article", "hidden", site.space, 4)
    assert set(part.records) <= set(site.articles)
    assert sums_of(ask(), []) == []


def test_hidden_scopes_are_neither_shown_nor_counted(flip, site):
    move_again_and_again(flip, range(3))
    closed = ask(hidden_scopes=frozenset({site.channel}))
    assert all_pages(closed, 10) == []
    (fold,) = folded_page(ask(), None, 10).rows
    assert fold_from(closed, fold.newest) is None
    assert fold_from(ask(), fold.newest).places == fold.places


def test_a_permalink_keeps_what_it_showed_and_says_that_it_has_gone_on(flip):
    made = move_again_and_again(flip, range(3))
    (fold,) = folded_page(ask(), None, 10).rows
    assert not fold_from(ask(), fold.newest).has_grown
    move_again_and_again(flip, [5])
    again = fold_from(ask(), fold.newest)
    assert [place.id for place in again.places] == made[::-1]
    assert again.has_grown


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({}, "_occurred_at_id_idx"),
        ({"actor": ("member", "minji")}, "_actor_kind_actor_id_occurred_at_id_idx"),
        ({"boundary": Boundary("scope", 1)}, "_scope_occurred_at_event_id_idx"),
        ({"boundary": Boundary("area", 1)}, "_area_occurred_at_event_id_idx"),
        ({"name": "article.hidden"}, "_name_occurred_at_id_idx"),
        ({"outcome": "denied"}, "_outcome_occurred_at_id_idx"),
        ({"verb": "deleted"}, "_verb_occurred_at_event_id_idx"),
        ({"text": "정리"}, "_occurred_at_id_idx"),
    ],
)
def test_its_plan_reads_the_index_of_the_months_asked_for_and_no_table(
    flip, role_connection, filters, index
):
    role_connection("importer").execute("SELECT audit_make_partitions('2026-01-01', '2026-06-30')")
    move_again_and_again(flip, range(3))
    question = ask(**filters)
    with CaptureQueriesContext(connection) as caught:
        page = folded_page(question, None, 10)
        folded_page(question, page.rows[-1].newest if page.rows else None, 10)
    queries = [query["sql"] for query in caught.captured_queries]
    assert len(queries) <= 4
    assert not any("Seq Scan on audit_" in _plan(query) for query in queries)
    source = _source(queries[0])
    assert index in source
    assert "2026_03" in source
    assert not any(month in source for month in ("2026_02", "2026_04", "2026_11"))


def _plan(query):
    """The plan that a large table would have: tiny ones are read whole."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN {query}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    return plan


def _source(query):
    """The part of the plan that reads the window's candidates."""
    plan = _plan(query)
    start = plan.index("CTE c0")
    return plan[start : plan.index("CTE", start + 10)]


def test_places_are_numbers_that_become_objects_when_looked_at():
    told = [Position(datetime(2026, 11, 24, 6, n, 0, n, tzinfo=UTC), n) for n in (3, 2, 1)]
    places = Places.of(*told)
    assert list(places) == told and places[-1] == told[-1]
    assert places[1:] == Places.of(*told[1:]) and len(places) == 3
    assert places.below(None) == places
    assert [list(places.below(place)) for place in told] == [told[1:], told[2:], []]
    places.extend(Places.of(told[0]))
    assert places.ids == [3, 2, 1, 3]
