"""When it was last visible, and what ended it: over everything around it, and never slowly."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from backoffice.visibility import past
from tests.audit.writing import JIHO, MINJI, change_by
from tests.visibility.worlds import World, in_days

HIDE = "UPDATE articles_article SET hidden = %s WHERE id = %s"


@pytest.fixture
def own(site, product):
    """A world of its own, for a test that has a history of its own."""
    return World(site, product)


def by(world, actor, query, *values):
    with change_by(world.product, actor) as cursor:
        cursor.execute(query, values)
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def actor_of(turn):
    return Event.objects.get(pk=turn.step.event_id).actor_id


@pytest.mark.parametrize(
    ("query", "entity", "column"),
    [
        ("UPDATE articles_channel SET status = 'suspended' WHERE id = 1", "channel", "status"),
        ("UPDATE articles_space SET access = 'members' WHERE id = 1", "space", "access"),
        ("UPDATE articles_category SET hidden = true WHERE id = 1", "category", "hidden"),
        ("UPDATE articles_category SET hidden = true WHERE id = 3", "category", "hidden"),
        ("UPDATE articles_article SET state = 'draft' WHERE id = 1", "article", "state"),
        ("UPDATE articles_article SET deleted_at = now() WHERE id = 1", "article", "deleted_at"),
        (
            "UPDATE articles_translation SET deleted_at = now() WHERE article_id = 1 "
            "AND language = 'ko'",
            "translation",
            "deleted_at",
        ),
    ],
)
def test_it_names_the_change_that_ended_it_wherever_it_was(own, query, entity, column):
    by(own, JIHO, "UPDATE articles_article SET position = 3 WHERE id = 1")
    at = by(own, MINJI, query)
    by(own, JIHO, "UPDATE articles_article SET position = 4 WHERE id = 1")
    lapse = own.lapse("article", 1)
    assert not lapse.visible
    assert lapse.since.step.entity == entity
    assert lapse.since.step.sets(column)
    assert actor_of(lapse.since) == "minji"
    assert lapse.since.at <= at
    assert lapse.began is not None
    assert lapse.looked_back_to is None


def test_a_second_reason_does_not_hide_which_came_first(own):
    by(own, MINJI, HIDE, True, 1)
    by(own, JIHO, "UPDATE articles_space SET website_enabled = false")
    lapse = own.lapse("article", 1)
    assert actor_of(lapse.since) == "minji"
    by(own, MINJI, HIDE, False, 1)
    lapse = own.lapse("article", 1)
    assert actor_of(lapse.since) == "minji"
    assert [check.condition.name for check in own.verdict("article", 1).failed] == ["website_on"]


def test_a_move_into_a_hidden_category_ended_it(own):
    own.product.execute(
        "INSERT INTO articles_category (channel_id, space_id, name, slug, hidden) "
        "VALUES (1, 1, 'hidden', 'hidden', true)"
    )
    by(own, MINJI, "UPDATE articles_article SET category_id = 4 WHERE id = 1")
    lapse = own.lapse("article", 1)
    assert lapse.since.step.key == ("article", 1)
    assert lapse.since.step.sets("category")
    by(own, JIHO, "UPDATE articles_category SET parent_id = 4 WHERE id = 3")
    assert own.lapse("article", 2).since.step.key == ("category", 3)


def test_what_one_transaction_did_back_and_forth_is_no_turn(own):
    with change_by(own.product, MINJI) as cursor:
        cursor.execute(HIDE, (True, 1))
        cursor.execute("UPDATE articles_space SET website_enabled = false")
        cursor.execute(HIDE, (False, 1))
        cursor.execute("UPDATE articles_space SET website_enabled = true")
    lapse = own.lapse("article", 1)
    assert lapse.visible
    assert lapse.since.step.kind == "+"


def test_time_alone_makes_it_visible(own):
    by(own, MINJI, "UPDATE articles_article SET published_at = %s WHERE id = 1", in_days(5 / 86400))
    assert not own.lapse("article", 1).visible
    own.product.execute(
        "UPDATE articles_article SET published_at = clock_timestamp() + '0.3 s' WHERE id = 1"
    )
    time.sleep(0.5)
    lapse = own.lapse("article", 1)
    assert lapse.visible
    assert lapse.since.step is None


def test_what_was_never_visible_says_so(own):
    row = own.product.execute(
        "INSERT INTO articles_article (channel_id, space_id, slug) VALUES (1, 1, 'draft') "
        "RETURNING id"
    ).fetchone()
    assert own.lapse("article", row[0]).never
    by(own, MINJI, "UPDATE articles_article SET state = 'published' WHERE id = %s", row[0])
    assert own.lapse("article", row[0]).never


def test_ten_thousand_versions_cost_no_more_and_say_how_far_it_looked(own):
    by(own, MINJI, HIDE, True, 1)
    before = own.lapse("article", 1)
    assert before.since is not None
    own.product.execute(
        "DO $$ BEGIN FOR n IN 1..10000 LOOP UPDATE articles_article SET position = n "
        "WHERE id = 1; END LOOP; END $$"
    )
    with CaptureQueriesContext(connection) as few:
        own.lapse("article", 2)
    begun = time.perf_counter()
    with CaptureQueriesContext(connection) as many:
        lapse = own.lapse("article", 1)
    assert len(many) == len(few)
    assert time.perf_counter() - begun < 1
    assert not lapse.visible
    assert lapse.since is None
    assert lapse.looked_back_to is not None
    assert not lapse.never
    # A turn within what is looked at is found still.
    by(own, JIHO, HIDE, False, 1)
    assert actor_of(own.lapse("article", 1).since) == "jiho"


def test_what_lies_at_the_very_end_of_what_is_looked_at_is_known_rightly(own, monkeypatch):
    monkeypatch.setattr(past, "WINDOW", 6)
    by(own, MINJI, HIDE, True, 1)
    for position in range(3):
        by(own, JIHO, "UPDATE articles_article SET position = %s WHERE id = 1", position + 1)
    assert actor_of(own.lapse("article", 1).since) == "minji"
    for position in range(6):
        by(own, JIHO, "UPDATE articles_article SET position = %s WHERE id = 1", position + 10)
    lapse = own.lapse("article", 1)
    assert (lapse.visible, lapse.since) == (False, None)
    assert lapse.looked_back_to is not None


def test_a_turn_is_found_though_history_is_cut_off_behind_it(own, monkeypatch):
    monkeypatch.setattr(past, "WINDOW", 6)
    for position in range(4):
        by(own, JIHO, "UPDATE articles_article SET position = %s WHERE id = 1", position + 1)
    by(own, MINJI, HIDE, True, 1)
    for position in range(3):
        by(own, JIHO, "UPDATE articles_article SET position = %s WHERE id = 1", position + 10)
    lapse = own.lapse("article", 1)
    assert actor_of(lapse.since) == "minji"
    assert lapse.since.before.visible
    assert (lapse.began, lapse.looked_back_to) == (None, None)
