"""Effects are counted at commit, and whatever fires the count early or takes it back."""

from __future__ import annotations

from collections import Counter

import pytest

from articles.models import Article
from audit.actors import Actor
from audit.context import change
from audit.models import Effect, Event
from tests.audit.capturing import Mark, nothing_left
from tests.audit.writing import MINJI, change_by
from tests.content import make_help_center
from tests.harness import databases, template

HIDE = "UPDATE articles_article SET hidden = true WHERE slug = 'refund-1'"
PIN = "UPDATE articles_article SET pinned = true"
MOVE = "UPDATE articles_article SET position = 9 WHERE slug <> 'refund-1'"
NOW = "SET CONSTRAINTS ALL IMMEDIATE"


@pytest.fixture
def product(committed_db, role_connection):
    connection = role_connection("product")
    make_help_center(connection)
    return connection


# Each is a transaction; what comes out is always the same.
ORDERS = {
    "at the end": [HIDE, PIN, MOVE],
    "checked at once": [HIDE, PIN, MOVE, NOW],
    "checked in the middle": [HIDE, NOW, PIN, MOVE],
    "checked every time": [HIDE, NOW, PIN, NOW, MOVE, NOW, NOW],
    "checked before": [NOW, HIDE, PIN, MOVE],
    "checked by name": [HIDE, "SET CONSTRAINTS audit_effects IMMEDIATE", PIN, MOVE],
    "deferred again": [HIDE, NOW, "SET CONSTRAINTS ALL DEFERRED", PIN, NOW, MOVE],
    "in a savepoint": ["SAVEPOINT a", HIDE, PIN, "RELEASE a", MOVE],
    "after one that was undone": ["SAVEPOINT a", PIN, MOVE, "ROLLBACK TO a", HIDE, PIN, MOVE],
    "beside one that was undone": [HIDE, "SAVEPOINT a", PIN, "ROLLBACK TO a", PIN, MOVE],
    "undone after it was checked": [HIDE, "SAVEPOINT a", PIN, NOW, "ROLLBACK TO a", PIN, MOVE],
    "undone after it was checked twice": [
        HIDE,
        NOW,
        "SAVEPOINT a",
        MOVE,
        NOW,
        "ROLLBACK TO a",
        PIN,
        MOVE,
    ],
    "checked in a savepoint that stays": [HIDE, "SAVEPOINT a", PIN, NOW, "RELEASE a", MOVE],
}


@pytest.mark.parametrize("order", ORDERS)
def test_each_change_is_counted_once(product, order):
    mark = Mark()
    with change_by(product, MINJI) as cursor:
        for statement in ORDERS[order]:
            cursor.execute(statement)
    left = mark.left()
    counts = Counter()
    for (_, entity, verb, fields, *_rest), count in left.effects.items():
        counts[entity, verb, fields] += count
    assert counts == {
        ("article", "hidden", ("hidden",)): 1,
        ("article", "changed", ("pinned",)): 3,
        ("article", "changed", ("position",)): 2,
    }
    assert left.event.actor_id == "minji"


def test_what_is_checked_and_then_rolled_back_leaves_nothing(product):
    mark = Mark()
    with pytest.raises(ZeroDivisionError), change_by(product, MINJI) as cursor:
        cursor.execute(HIDE)
        cursor.execute(NOW)
        assert cursor.execute("SELECT hidden FROM articles_article WHERE slug = 'refund-1'")
        raise ZeroDivisionError
    assert nothing_left(mark)


def test_effects_stand_as_soon_as_they_are_asked_for(product):
    """So a preview can read them before it rolls back."""
    with (
        pytest.raises(ZeroDivisionError),
        change("records.changed", actor=Actor.script("preview", "Dev"), reason="seen") as opened,
    ):
        Article.objects.update(hidden=True)
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(NOW)
        found = Effect.objects.filter(event_id=opened.event_id)
        assert [(e.verb, e.count) for e in found] == [("hidden", 3)]
        raise ZeroDivisionError
    assert not Effect.objects.filter(event_id=opened.event_id).exists()


def test_a_transaction_that_writes_after_an_undone_one_has_an_event_of_its_own(product):
    mark = Mark()
    with change_by(product, MINJI) as cursor:
        cursor.execute("SAVEPOINT a")
        cursor.execute(HIDE)
        (undone,) = cursor.execute("SELECT txid_current()").fetchone()
        cursor.execute("ROLLBACK TO a")
        cursor.execute(PIN)
    event = mark.left().event
    assert event.transaction_id == undone


def test_thousands_of_changes_are_one_effect(product):
    site = Article.objects.first()
    with change_by(product, MINJI) as cursor:
        cursor.execute(
            "INSERT INTO articles_article (channel_id, space_id, slug)"
            " SELECT %s, %s, 'many-' || n FROM generate_series(1, 5000) n",
            [site.channel_id, site.space_id],
        )
    mark = Mark()
    product.execute("UPDATE articles_article SET hidden = true")
    left = mark.left()
    assert list(left.effects.values()) == [5_003]


def test_what_finished_transactions_leave_behind_is_swept(product, role_connection):
    for position in range(1_100):
        product.execute(
            "UPDATE articles_article SET position = %s WHERE slug = 'refund-1'", [position + 10]
        )
    owner = role_connection("owner")
    (waiting,) = owner.execute("SELECT count(*) FROM audit_transaction").fetchone()
    assert waiting < 600
    assert Event.objects.count() > 1_100


def test_effects_are_counted_of_every_table_when_the_server_counts_nothing(committed_db, product):
    """A server with track_counts off does not say which tables a transaction wrote."""
    site = make_help_center(product, "uncounted")
    with template.admin(databases.cluster(), committed_db.name) as superuser:
        superuser.execute("SET track_counts = off")
        superuser.execute(
            "UPDATE articles_article SET hidden = true WHERE id = %s", [site.articles[0]]
        )
        row = superuser.execute(
            "SELECT s.entity, s.verb, s.count FROM audit_effect s ORDER BY s.id DESC LIMIT 1"
        ).fetchone()
    assert row == ("article", "hidden", 1)
