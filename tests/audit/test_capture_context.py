"""The context contract: whatever a service says of itself, its write goes through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.utils import timezone

from articles.models import Article
from audit.actors import Actor
from audit.context import announce
from tests.audit.capturing import Mark
from tests.audit.writing import MINJI
from tests.content import make_help_center

MEMBER = {"actor_kind": "member", "actor_id": "minji", "actor_label": "김민지"}


@pytest.fixture(scope="module")
def site(committed_db_once):
    with psycopg.connect(committed_db_once.url("product"), autocommit=True) as product:
        return make_help_center(product)


@pytest.fixture
def write(site, role_connection):
    """Changes one article under these settings, as a role; returns what was left."""

    def run(role: str = "product", **settings: str):
        connection, mark = role_connection(role), Mark()
        with connection.transaction():
            for name, value in settings.items():
                connection.execute("SELECT set_config(%s, %s, true)", [f"backoffice.{name}", value])
            connection.execute(
                "UPDATE articles_article SET position = position + 1 WHERE id = %s",
                [site.articles[0]],
            )
        return mark.left()

    return run


def test_it_keeps_all_that_was_said(write):
    event = write(
        **MEMBER, reason="고객 요청", ticket="CX-1", tool="app 3.2", request_id="r-1"
    ).event
    assert (event.actor_kind, event.actor_id, event.actor_label) == ("member", "minji", "김민지")
    assert (event.reason, event.ticket, event.tool) == ("고객 요청", "CX-1", "app 3.2")
    assert (event.request_id, event.flags) == ("r-1", [])


LIMITS = {
    "actor_id": 64,
    "actor_label": 200,
    "reason": 1000,
    "ticket": 64,
    "tool": 100,
    "request_id": 64,
}


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_it_cuts_what_is_too_long_and_flags_it(write, name, size):
    value = "가" * (LIMITS[name] + size)
    event = write(**{**MEMBER, name: value}).event
    assert getattr(event, name) == value[: LIMITS[name]]
    assert event.flags == ([f"{name} cut"] if size else [])


def test_it_cuts_everything_at_once(write):
    long = dict.fromkeys(["actor_kind", "occurred_at", *LIMITS], "x" * 5_000)
    event = write(**long).event
    assert event.actor_kind == "role"
    assert len(event.flags) == len(long) + 2  # The actor and the time are refused besides.


REFUSED = [
    {"actor_kind": "staff", "actor_id": "1", "actor_label": "Ada"},
    {"actor_kind": "token", "actor_id": "1"},
    {"actor_kind": "role", "actor_id": "owner"},
    {"actor_kind": "Member", "actor_id": "1"},
    {"actor_kind": "' OR '1", "actor_id": "1"},
    {"actor_kind": "member", "actor_id": ""},
    {"actor_id": "minji"},
    {"actor_label": "김민지"},
]


@pytest.mark.parametrize("said", REFUSED)
def test_it_refuses_an_actor_that_may_not_be_claimed(write, said):
    event = write(**said, reason="왜").event
    assert (event.actor_kind, event.actor_id, event.actor_label) == ("role", "product", "product")
    assert (event.reason, event.flags) == ("왜", ["actor refused"])


@pytest.mark.parametrize("kind", ["member", "service", "script"])
def test_it_takes_the_kinds_that_services_are(write, kind):
    event = write(actor_kind=kind, actor_id="x").event
    assert (event.actor_kind, event.actor_id, event.actor_label) == (kind, "x", "x")


ODD_TEXTS = ["\n\t", "'; DROP TABLE audit_event; --", "😀\u202e\u200b", '{"a": 1}', "%s %(x)s {}"]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_it_keeps_odd_texts_as_they_are(write, text):
    event = write(actor_kind="member", actor_id=text, actor_label=text, reason=text).event
    assert (event.actor_id, event.actor_label, event.reason) == (text, text, text)


LONG_AGO = "2019-05-06T07:08:09.123456+00:00"


def test_the_importer_claims_a_time(write):
    before = timezone.now() - timedelta(seconds=5)
    left = write("importer", occurred_at=LONG_AGO, **MEMBER)
    assert left.event.occurred_at == datetime.fromisoformat(LONG_AGO)
    assert left.event.recorded_at > before
    assert left.event.flags == []
    row = left.rows[0]
    assert row.values["event_at"] == left.event.occurred_at
    # This record has later versions: one that is written later never comes before them.
    assert row.values["history_date"] > left.event.occurred_at


def test_a_new_record_begins_at_the_claimed_time(site, role_connection):
    connection, mark = role_connection("importer"), Mark()
    when = datetime(2018, 1, 2, tzinfo=UTC)
    with connection.transaction():
        announce(connection.cursor(), actor=MINJI, occurred_at=when)
        connection.execute(
            "INSERT INTO articles_article (channel_id, space_id, slug) VALUES (%s, %s, 'old')",
            [site.channel, site.space],
        )
    row = mark.left().rows[0]
    assert row.values["history_date"] == when
    assert Article.history.as_of(when).filter(slug="old").exists()
    assert not Article.history.as_of(when - timedelta(microseconds=1)).filter(slug="old").exists()


@pytest.mark.parametrize("role", ["product", "owner"])
def test_nobody_else_claims_a_time(write, role):
    left = write(role, occurred_at=LONG_AGO)
    assert left.event.flags == ["occurred_at refused"]
    assert left.event.occurred_at == left.event.recorded_at
    assert left.rows[0].values["history_date"] > datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["yesterday-ish", "infinity", "-infinity", "2999-01-01", "tomorrow", "0044-03-15 BC", "x" * 65]
    + ["1800-01-01", "2024-13-01", "NaN"],
)
def test_it_refuses_a_time_that_cannot_be(write, value):
    event = write("importer", occurred_at=value).event
    assert event.flags[-1] == "occurred_at refused"
    assert event.occurred_at == event.recorded_at


def test_switching_to_the_importer_s_role_claims_nothing(site, role_connection):
    superuser, mark = role_connection("superuser"), Mark()
    with superuser.transaction():
        superuser.execute("SET LOCAL ROLE importer")
        announce(superuser.cursor(), actor=MINJI, occurred_at=datetime(2019, 1, 1, tzinfo=UTC))
        superuser.execute(
            "UPDATE articles_article SET position = position + 1 WHERE id = %s", site.articles[:1]
        )
    assert mark.left().event.flags == ["occurred_at refused"]


def test_settings_of_the_session_hold_for_each_of_its_transactions(site, role_connection):
    product, mark = role_connection("product"), Mark()
    product.execute("SET backoffice.actor_kind = 'service'; SET backoffice.actor_id = 'sync'")
    for _ in range(2):
        product.execute(
            "UPDATE articles_article SET position = position + 1 WHERE slug = 'refund-2'"
        )
    assert [event.actor_id for event in mark.left().events] == ["sync", "sync"]


def test_an_actor_without_a_label_is_called_by_its_id(site, role_connection):
    product, mark = role_connection("product"), Mark()
    with product.transaction():
        announce(product.cursor(), actor=Actor("member", "m-9", ""))
        product.execute(
            "UPDATE articles_article SET position = position + 1 WHERE slug = 'refund-3'"
        )
    assert mark.left().event.actor_label == "m-9"
