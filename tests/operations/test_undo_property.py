"""Whatever was written: undoing it restores exactly what was, or says what stands in the way.

The same few scripts every time; `max_examples` draws more of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.operations.exceptions import Conflict
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from backoffice.operations.preview import preview
from backoffice.operations.rewriting.chosen_events import events_of, planned
from backoffice.operations.rewriting.conflicts import Choices
from tests.content import make_help_center
from tests.harness import databases
from tests.operations.facts import events_since, last_event_id, standing
from tests.people import make_people

REASON = "무엇을 쓰든 되돌립니다"
WRITES = (
    "UPDATE articles_article SET hidden = NOT hidden WHERE id = {a}",
    "UPDATE articles_article SET slug = 'slug-{n}' WHERE id = {a}",
    "UPDATE articles_article SET slug = 'refund-{b}' WHERE id = {a}",
    "UPDATE articles_article SET category_id = {c}, position = {n} WHERE id = {a}",
    "UPDATE articles_article SET category_id = NULL WHERE id = {a}",
    "UPDATE articles_article SET deleted_at = now() WHERE id IN ({a}, {b})",
    "UPDATE articles_article SET deleted_at = NULL",
    "UPDATE articles_translation SET body = repeat('긴 글 {n} ', 500) WHERE article_id = {a}",
    "DELETE FROM articles_translation WHERE article_id = {a} AND language = 'en'",
    "WITH t AS (DELETE FROM articles_translation WHERE article_id = {a}) "
    "DELETE FROM articles_article WHERE id = {a}",
    "INSERT INTO articles_article (channel_id, space_id, category_id, slug) "
    "SELECT channel_id, id, {c}, 'refund-{a}' FROM articles_space",
    "INSERT INTO articles_translation (channel_id, article_id, language, title) "
    "SELECT channel_id, id, 'ja', '번역 {n}' FROM articles_article WHERE id = {a}",
    "INSERT INTO articles_category (channel_id, space_id, parent_id, name, slug) "
    "SELECT channel_id, space_id, id, 'n{n}', 'n{n}' FROM articles_category WHERE id = {c}",
    "DELETE FROM articles_category c WHERE NOT EXISTS "
    "(SELECT FROM articles_article a WHERE a.category_id = c.id) AND NOT EXISTS "
    "(SELECT FROM articles_category d WHERE d.parent_id = c.id)",
    "UPDATE articles_category SET hidden = NOT hidden, name = 'n{n}' WHERE id = {c}",
    "UPDATE articles_space SET home_layout = '{{\"n\": {n}}}', website_enabled = {n} > 50",
)
step = st.tuples(
    st.sampled_from(range(len(WRITES))),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 99),
)
scripts = st.lists(step, min_size=1, max_size=6)
few = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def play(product, script):
    """The events of a script's statements; one that a constraint refuses has none."""
    last = last_event_id()
    for number, a, b, c, n in script:
        words = {"a": a, "b": b, "c": c, "n": n}
        try:
            product.execute(WRITES[number].format(**words))
        except psycopg.IntegrityError:
            continue
    return [event.pk for event in events_since(last)]


@contextmanager
def fresh(blocker: Any) -> Iterator[tuple[Any, Any]]:
    """A site of its own, the product's connection, and Ada, whom no rate holds up."""
    with (
        blocker.unblock(),
        databases.clone() as database,
        databases.pointed_at(database),
        override_settings(OPERATIONS_PER_MINUTE=10_000),
        psycopg.connect(database.url("product"), autocommit=True) as product,
    ):
        make_help_center(product, articles=4)
        yield product, make_people()["ada"]


def undo_what_can_be(events, ada):
    """As a person does: those of which nothing is left to undo fall out of the preview."""
    performer = StaffPerformer(ada)
    seen = preview("event.undo", events, {}, actor=performer, reason=REASON)
    if not seen.targets:
        raise Conflict("nothing can be undone")
    return execute(
        "event.undo",
        seen.targets,
        seen.params,
        actor=performer,
        reason=REASON,
        preview=seen,
        confirmed=str(len(seen.targets)),
    )


def undo(events, ada):
    return execute("event.undo", events, {}, actor=StaffPerformer(ada), reason=REASON)


@few
@given(before=scripts, script=scripts)
def test_undoing_all_of_it_restores_exactly(django_db_blocker, before, script):
    with fresh(django_db_blocker) as (product, ada):
        play(product, before)
        stood = standing()
        events = play(product, script)
        if not events:
            return
        reached = standing()
        if reached == stood:
            return
        done = undo_what_can_be(events, ada)
        assert standing() == stood
        undo([done.event_id], ada)
        assert standing() == reached


@few
@given(script=scripts, later=scripts)
def test_what_came_later_is_never_overwritten_in_silence(django_db_blocker, script, later):
    with fresh(django_db_blocker) as (product, ada):
        events = play(product, script)
        play(product, later)
        reached = standing()
        if not events:
            return
        settled = planned(events_of(events), Choices())
        named = {(c.model.__name__, c.pk) for c in settled.conflicts if c.leaves and not c.names}
        try:
            done = undo_what_can_be(events, ada)
        except Conflict:
            assert standing() == reached
            return
        assert kept(standing(), named) == kept(reached, named)
        undo([done.event_id], ada)
        assert standing() == reached


def kept(rows, named):
    """The rows that the undoing said it would leave as they are."""
    return [
        (name, row) for name, found in rows.items() for row in found if (name, row["id"]) in named
    ]
