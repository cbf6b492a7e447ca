"""Reading versions of records: in order, each once, with the version before, by their index."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from articles.models import Article, Space, Translation
from audit import selectors
from audit.differences import ABSENT
from audit.event_versions import Wanted, wanted_versions
from audit.filters import Filters
from audit.paging import Position
from audit.selectors import Source, version, versions_of, versions_of_event
from audit.setters import latest_setters
from tests.audit.writing import JIHO, MINJI, change_by

FAMILY = [Source(Article), Source(Translation, "article")]


@pytest.fixture
def article(site):
    return site.articles[0]


def set_position(product, article, *positions, actor=None):
    for position in positions:
        with change_by(product, actor) as cursor:
            cursor.execute(
                "UPDATE articles_article SET position = %s WHERE id = %s", (position, article)
            )


def all_pages(read, limit):
    """Every row of every page, and the sizes of the pages."""
    rows, sizes, cursor = [], [], None
    while True:
        page = read(cursor, limit)
        rows += page.rows
        sizes.append(len(page.rows))
        if page.next is None:
            return rows, sizes
        assert cursor is None or page.next < cursor
        cursor = page.next


def test_it_reads_versions_newest_first_with_what_was_before(product, article):
    with change_by(product, MINJI, reason="정리") as cursor:
        cursor.execute("UPDATE articles_article SET hidden = true WHERE id = %s", (article,))
    page = versions_of(article, [Source(Article)])
    hidden, created = page.rows
    assert (hidden.verb, hidden.fields, hidden.changes) == (
        "hidden",
        ("hidden",),
        {"hidden": (False, True)},
    )
    assert created.created and created.before is None
    assert created.changes["slug"] == (ABSENT, "refund-1")
    assert page.next is None


def test_it_reads_children_among_their_record_and_deletions_last_values(product, article):
    with change_by(product, MINJI) as cursor:
        cursor.execute(
            "UPDATE articles_translation SET title = '새 제목' WHERE article_id = %s "
            "AND language = 'ko'",
            (article,),
        )
    with change_by(product, MINJI) as cursor:
        cursor.execute("DELETE FROM articles_translation WHERE article_id = %s", (article,))
        cursor.execute("DELETE FROM articles_article WHERE id = %s", (article,))
    rows = versions_of(article, FAMILY).rows
    assert [(row.entity, row.verb) for row in rows] == [
        ("article", "deleted"),
        ("translation", "deleted"),
        ("translation", "deleted"),
        ("translation", "changed"),
        ("translation", "created"),
        ("translation", "created"),
        ("article", "created"),
    ]
    assert rows[3].changes == {"title": ("환불 안내 1", "새 제목")}
    assert rows[0].changes["slug"] == ("refund-1", ABSENT)
    assert rows[0].instance().slug == "refund-1"


def test_it_visits_every_version_once_whatever_the_size_of_the_pages(product, article):
    set_position(product, article, 5, 6, 7)
    with change_by(product) as cursor:
        cursor.execute(
            "UPDATE articles_translation SET summary = 's' WHERE article_id=%s", (article,)
        )
        cursor.execute("UPDATE articles_article SET pinned = true WHERE id = %s", (article,))
    for limit in (1, 2, 3, 50):
        rows, _sizes = all_pages(
            lambda cursor, size: versions_of(article, FAMILY, before=cursor, limit=size), limit
        )
        ids = [row.history_id for row in rows]
        assert len(ids) == len(set(ids)) == 9
        assert ids == sorted(ids, reverse=True)


def test_it_leaves_an_event_that_would_be_torn_to_the_next_page(product, article):
    with change_by(product) as cursor:
        cursor.execute(
            "UPDATE articles_translation SET summary = 's' WHERE article_id=%s", (article,)
        )
    set_position(product, article, 5)
    page = versions_of(article, FAMILY, limit=2)
    assert [row.verb for row in page.rows] == ["changed"]
    assert len(versions_of(article, FAMILY, before=page.next, limit=2).rows) == 2


def test_it_narrows_by_field_verb_person_entity_and_time(product, article):
    set_position(product, article, 5, actor=MINJI)
    with change_by(product, JIHO) as cursor:
        cursor.execute("UPDATE articles_article SET hidden = true WHERE id = %s", (article,))

    def found(**filters):
        return [row.verb for row in versions_of(article, FAMILY, Filters(**filters)).rows]

    now = datetime.now(UTC)
    assert found(field="position") == ["changed"]
    assert found(field="position", with_life=True, entity="article") == ["changed", "created"]
    assert found(verb="hidden") == ["hidden"]
    assert found(actor=("member", "minji")) == ["changed"]
    assert found(person="지호") == ["hidden"]
    assert found(person="nobody") == []
    assert found(entity="translation") == ["created", "created"]
    assert found(until=now - timedelta(hours=1)) == []
    assert len(found(since=now - timedelta(hours=1))) == 5


def test_it_leaves_out_what_lies_in_scopes_that_must_stay_hidden(product, site, article):
    filters = Filters(hidden_scopes=frozenset({site.channel}))
    assert versions_of(article, FAMILY, filters).rows == []
    event = versions_of(article, FAMILY).rows[0].event_id
    assert versions_of_event(Translation, [event]) != []
    hidden = versions_of_event(Translation, [event], hidden_scopes=filters.hidden_scopes)
    assert hidden == []


def test_it_looks_back_a_bounded_stretch_and_says_how_far(product, article, monkeypatch):
    with change_by(product) as cursor:
        cursor.execute("UPDATE articles_article SET pinned = true WHERE id = %s", (article,))
    set_position(product, article, *range(10, 20))
    monkeypatch.setattr(selectors, "WINDOW", 4)

    def read(cursor, limit):
        return versions_of(article, FAMILY, Filters(field="pinned"), cursor, limit)

    first = read(None, 5)
    assert first.rows == []
    assert first.looked_back_to is not None
    rows, sizes = all_pages(read, 5)
    assert [row.fields for row in rows] == [("pinned",)]
    assert len(sizes) == 4


def test_it_keeps_the_order_where_one_history_was_looked_through_less_far_than_another(
    product, article, monkeypatch
):
    with change_by(product, MINJI) as cursor:
        cursor.execute(
            "UPDATE articles_translation SET summary = 's' WHERE article_id = %s", (article,)
        )
    set_position(product, article, 5, actor=MINJI)
    set_position(product, article, *range(10, 20), actor=JIHO)
    monkeypatch.setattr(selectors, "WINDOW", 4)
    filters = Filters(person="김민지")
    rows, _sizes = all_pages(
        lambda cursor, size: versions_of(article, FAMILY, filters, cursor, size), 20
    )
    assert [row.entity for row in rows] == ["article", "translation", "translation"]
    ids = [row.history_id for row in rows]
    assert ids == sorted(set(ids), reverse=True)


def test_it_reads_the_rows_of_an_event_in_order_page_by_page(product, site):
    with change_by(product, MINJI) as cursor:
        cursor.execute(
            "UPDATE articles_article SET hidden = true WHERE space_id = %s", (site.space,)
        )
    event = versions_of(site.articles[0], [Source(Article)]).rows[0].event_id
    first = versions_of_event(Article, [event], limit=2)
    rest = versions_of_event(Article, [event], after=first[-1].history_id, limit=2)
    # In the order in which it was done, which is the database's own.
    places = [row.history_id for row in first + rest]
    assert places == sorted(places)
    assert sorted(row.record_id for row in first + rest) == site.articles
    assert all(row.changes == {"hidden": (False, True)} for row in first + rest)
    pair = (event, site.articles[1])
    one, none = wanted_versions(Article, Wanted(pairs=[pair]))
    assert ([row.record_id for row in one], none) == ([site.articles[1]], [])
    both = wanted_versions(Article, Wanted(pairs=[pair], events=[event], each=2))
    assert [row.record_id for row in both[0]] == [site.articles[1]]
    others = {row.record_id for row in both[1]}
    assert others and others <= {*site.articles} - {site.articles[1]}
    assert wanted_versions(Article, Wanted()) == ([], [])


def test_it_reads_the_heads_of_texts_that_are_too_long_and_the_whole_on_request(product, site):
    old, new = "가" * 60_000, "나" * 60_000
    for body in (old, new):
        with change_by(product) as cursor:
            cursor.execute(
                "UPDATE articles_translation SET body = %s WHERE id = %s",
                (body, site.translations[0]),
            )
    latest = versions_of(site.translations[0], [Source(Translation)], limit=1).rows[0]
    before, after = latest.changes["body"]
    assert (before.length, after.length) == (60_000, 60_000)
    assert not before.whole and len(after) < 1_000
    assert version(Translation, latest.history_id).changes["body"] == (old, new)


def test_it_reads_json_as_values(product, site):
    with change_by(product) as cursor:
        cursor.execute(
            """UPDATE articles_space SET home_layout = '{"columns": 2}' WHERE id = %s""",
            (site.space,),
        )
    row = versions_of(site.space, [Source(Space)]).rows[0]
    assert row.changes == {"home_layout": ({}, {"columns": 2})}


def test_it_finds_who_set_each_field_last(product, article):
    set_position(product, article, 5, 6, actor=MINJI)
    set_position(product, article, 7, actor=JIHO)
    with change_by(product, MINJI) as cursor:
        cursor.execute("UPDATE articles_article SET hidden = true WHERE id = %s", (article,))
    setters = latest_setters(Article, article)
    newest, position, *_others, created = versions_of(article, [Source(Article)]).rows
    assert setters.by_field["hidden"].history_id == newest.history_id
    assert setters.by_field["position"].history_id == position.history_id
    assert setters.by_field["slug"].history_id == created.history_id
    assert setters.looked_back_to is None


def test_it_admits_which_setters_it_did_not_look_for(product, article, monkeypatch):
    set_position(product, article, 5, 6, 7)
    monkeypatch.setattr("audit.setters.SETTERS_WINDOW", 2)
    setters = latest_setters(Article, article)
    assert set(setters.by_field) == {"position"}
    assert setters.looked_back_to is not None


def test_it_reads_by_the_records_index_alone(product, article, django_assert_num_queries):
    set_position(product, article, 5, 6)
    with django_assert_num_queries(1) as caught:
        versions_of(article, [Source(Article)], limit=2)
    with connection.cursor() as cursor:
        # Tables this small would be read whole; the question is whether the index can serve.
        cursor.execute(
            "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off"
        )
        cursor.execute(f"EXPLAIN {caught.captured_queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert plan.count("Index Scan using articles_hi_id_") == 2
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("text", ["", "1", "1.", "a.b", "1.2.3", "9" * 40 + ".1", "1." + "9" * 20])
def test_it_refuses_a_cursor_that_is_none(text):
    with pytest.raises(ValueError, match="."):
        Position.parse(text)


@pytest.mark.parametrize("at", [datetime(1969, 12, 31, 23, 59, 59, 5, UTC), datetime.now(UTC)])
def test_it_reads_the_cursors_that_it_writes(at):
    assert Position.parse(str(Position(at, 2**63 - 1))) == Position(at, 2**63 - 1)
