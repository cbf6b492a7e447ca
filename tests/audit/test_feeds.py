"""Reading events: each once, newest first, with what it did, inside boundaries and everywhere."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from audit import events, windows
from audit.actors import Actor
from audit.event_filters import Boundary, EventFilters
from audit.feeds import (
    changes_inside,
    did_elsewhere,
    entries_of,
    event_with_effects,
    events_at,
    events_everywhere,
)
from audit.filters import Filters
from audit.models import Event, Outcome
from audit.paging import Position
from tests.audit.writing import JIHO, MINJI, change_by

OTIS = Actor("staff", "7", "Otis")


@pytest.fixture
def scope(site):
    return Boundary("scope", site.channel)


def hide(product, site, actor=MINJI, articles=None, reason=""):
    """Hides (or shows again) articles in one transaction; the event's id."""
    with change_by(product, actor, reason) as cursor:
        cursor.execute(
            "UPDATE articles_article SET hidden = NOT hidden WHERE id = ANY(%s)",
            (articles or site.articles,),
        )
    return Event.objects.order_by("-id").first().id


def all_pages(read, limit):
    entries, cursor, pages = [], None, 0
    while True:
        page = read(cursor, limit)
        entries += page.rows
        pages += 1
        if page.next is None:
            return [entry.event.id for entry in entries], pages
        cursor = page.next


def test_it_shows_one_entry_for_each_event_with_its_effects_added_up(product, site, scope):
    event = hide(product, site, reason="정리")
    entry = changes_inside(scope).rows[0]
    assert (entry.event.id, entry.event.actor_label, entry.event.reason) == (
        event,
        "김민지",
        "정리",
    )
    (group,) = entry.groups
    assert (group.entity, group.verb, group.fields) == ("article", "hidden", ("hidden",))
    assert (group.count, group.record_id, group.scopes) == (3, None, {site.channel})


def test_it_names_the_record_where_there_is_one(product, site, scope):
    hide(product, site, articles=site.articles[:1])
    (group,) = changes_inside(scope).rows[0].groups
    assert (group.count, group.record_id) == (1, site.articles[0])


def test_it_adds_up_effects_that_were_counted_in_two_parts(product, site, scope):
    with change_by(product, MINJI) as cursor:
        for article in site.articles[:2]:
            cursor.execute("UPDATE articles_article SET hidden = true WHERE id = %s", (article,))
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    (group,) = changes_inside(scope).rows[0].groups
    assert (group.count, group.record_id) == (2, None)


def test_it_puts_changes_of_different_fields_into_one_group(product, site, scope):
    with change_by(product, MINJI) as cursor:
        cursor.execute(
            "UPDATE articles_article SET position = 9 WHERE id = ANY(%s)", (site.articles[:2],)
        )
        cursor.execute("UPDATE articles_article SET slug = 's' WHERE id = %s", (site.articles[2],))
    (group,) = changes_inside(scope).rows[0].groups
    assert (group.verb, group.count, set(group.fields)) == ("changed", 3, {"position", "slug"})


def test_it_keeps_to_its_boundary(product, site, elsewhere, scope):
    with change_by(product, MINJI) as cursor:
        cursor.execute("UPDATE articles_article SET hidden = true")
    event = changes_inside(scope).rows[0]
    assert [group.count for group in event.groups] == [3]
    area = changes_inside(Boundary("area", elsewhere.space)).rows
    assert [group.count for group in area[0].groups] == [3]
    assert changes_inside(Boundary("area", 999_999)).rows == []
    with pytest.raises(ValueError, match="Use scope or area"):
        Boundary("planet", 1)


def test_it_visits_every_event_once_whatever_the_size_of_the_pages(product, site, scope):
    made = [hide(product, site) for _ in range(5)]
    for limit in (1, 2, 100):
        ids, _pages = all_pages(
            lambda cursor, size: changes_inside(scope, before=cursor, limit=size), limit
        )
        assert ids[:5] == made[::-1]
        assert len(ids) == len(set(ids))
        everywhere, _pages = all_pages(
            lambda cursor, size: events_everywhere(before=cursor, limit=size), limit
        )
        assert everywhere == sorted(everywhere, reverse=True)
        assert len(everywhere) == Event.objects.count()


def test_it_looks_back_a_bounded_stretch_and_finds_all_in_the_end(
    product, site, scope, monkeypatch
):
    old = hide(product, site, JIHO)
    for _ in range(8):
        hide(product, site, MINJI)
    monkeypatch.setattr(windows, "SIZES", (2, 3))
    filters = Filters(person="지호")
    first = changes_inside(scope, filters)
    assert first.rows == []
    assert first.looked_back_to is not None
    ids, pages = all_pages(lambda cursor, size: changes_inside(scope, filters, cursor, size), 20)
    assert ids == [old]
    assert pages > 3
    ids, _pages = all_pages(
        lambda cursor, size: events_everywhere(EventFilters(person="지호"), cursor, size), 20
    )
    assert ids == [old]


def test_it_finds_a_whole_event_whose_effects_a_window_tears(product, site, scope, monkeypatch):
    with change_by(product, MINJI) as cursor:
        cursor.execute("UPDATE articles_space SET access = 'members' WHERE id = %s", (site.space,))
        cursor.execute(
            "UPDATE articles_category SET hidden = true WHERE space_id = %s", (site.space,)
        )
        cursor.execute(
            "UPDATE articles_article SET hidden = true WHERE space_id = %s", (site.space,)
        )
        cursor.execute("UPDATE articles_member SET role = 'admin' WHERE id = %s", (site.member,))
    torn = Event.objects.order_by("-id").first().id
    for _ in range(3):
        hide(product, site)
    # The window ends between the torn event's four effects: three are before them.
    monkeypatch.setattr(windows, "SIZES", (5,))
    for entity in ("space", "category", "article", "member"):
        filters = Filters(entity=entity, verb="", until=datetime.now(UTC) + timedelta(days=1))
        ids, _pages = all_pages(
            lambda cursor, size, f=filters: changes_inside(scope, f, cursor, size), 20
        )
        assert torn in ids, entity


def test_it_narrows_by_field_entity_verb_person_and_time(product, site, scope):
    one = hide(product, site, MINJI)
    other = hide(product, site, JIHO)

    def found(**filters):
        return [entry.event.id for entry in changes_inside(scope, Filters(**filters)).rows]

    assert found(field="hidden") == [other, one]
    assert found(verb="unhidden") == [other]
    assert found(entity="member", verb="created") != []
    assert found(actor=("member", "minji"), field="hidden") == [one]
    assert found(person="이지호") == [other]
    assert found(until=datetime.now(UTC) - timedelta(days=1)) == []


def test_it_finds_events_by_what_only_events_have(product, site):
    change = hide(product, site, reason="계절 정리 100%")
    read = events.record(
        "record.opened", actor=OTIS, entity="article", record_id=str(site.articles[0])
    ).event_id
    refused = events.record(
        "article.hidden", actor=OTIS, outcome=Outcome.DENIED, reason="no", ticket="CX-1"
    ).event_id

    def found(**filters):
        return [entry.event.id for entry in events_everywhere(EventFilters(**filters)).rows]

    assert found(text="정리 100%") == [change]
    assert found(name="record.opened") == [read]
    assert found(outcome="denied") == [refused]
    assert found(ticket="CX-1") == [refused]
    assert found(record=("article", str(site.articles[0]))) == [read]
    assert found(actor=("staff", "7")) == [refused, read]
    assert read not in found(kinds=("change",))
    assert read not in found(open_kinds=("change",), own=("staff", "8"))
    assert read in found(open_kinds=("change",), own=("staff", "7"))
    assert found(entity="article", verb="hidden") == [change]
    assert found(entity="article")[:2] == [read, change]


def test_it_hides_events_of_closed_scopes_and_the_closed_part_of_others(product, site, elsewhere):
    closed = EventFilters(hidden_scopes=frozenset({site.channel}))
    inside = hide(product, site)
    both = hide(product, site, articles=[*site.articles, *elsewhere.articles])
    named = events.record("article.hidden", actor=OTIS, outcome="denied", scope=site.channel)
    shown = {entry.event.id: entry for entry in events_everywhere(closed).rows}
    assert inside not in shown
    assert named.event_id not in shown
    assert [group.count for group in shown[both].groups] == [3]
    assert event_with_effects(inside, closed) is None
    assert event_with_effects(inside).event.id == inside
    event = event_with_effects(both, closed).event
    assert did_elsewhere(event, closed.hidden_scopes)
    assert not did_elsewhere(event, frozenset())


def test_it_reads_events_by_their_places_and_misses_archived_ones(product, site):
    event = Event.objects.get(pk=hide(product, site))
    place = Position(event.occurred_at, event.id)
    archived = Position(event.occurred_at, 999_999_999)
    assert set(events_at([place, archived])) == {event.id}
    assert [group.count for group in entries_of([place, archived])[event.id].groups] == [3]
    assert events_at([]) == {}


def test_it_reads_a_boundary_by_its_index_alone(
    product, site, scope, django_assert_max_num_queries
):
    hide(product, site)
    with django_assert_max_num_queries(5) as caught:
        changes_inside(scope, limit=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off"
        )
        cursor.execute(f"EXPLAIN {caught.captured_queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan
    assert "_scope_occurred_at_event_id_idx" in plan
    # What is sorted are the window's own rows, never the table's.
    assert "Limit" in plan.split("_scope_occurred_at_event_id_idx")[0]
