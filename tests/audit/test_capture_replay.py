"""History applied in the order of `history_id` rebuilds every table exactly.

Several sessions write at random at once: single rows and many, moves, deletions and ids that come
back, savepoints and rollbacks. `REPLAY_SEED=… pytest …` tries other chances than the usual ones.
"""

from __future__ import annotations

import os
import threading
from random import Random
from typing import Any

import psycopg
import pytest

from articles.models import Article, Category, Member, Space, Translation
from tests.audit.capturing import Mark
from tests.content import make_help_center

SESSIONS, TRANSACTIONS = 4, 40
SEEDS = [int(seed) for seed in os.environ.get("REPLAY_SEED", "1,2").split(",")]

STATEMENTS = [
    "UPDATE articles_article SET hidden = NOT hidden WHERE id % 3 = {n} % 3",
    "UPDATE articles_article SET position = {n} WHERE id = {one}",
    "UPDATE articles_article SET state = 'archived', pinned = NOT pinned WHERE id = {one}",
    "UPDATE articles_article SET category_id = CASE WHEN {n} % 2 = 0 THEN {category} END"
    " WHERE id = {one}",
    "UPDATE articles_article SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END"
    " WHERE id = {one}",
    "UPDATE articles_translation SET title = 'T{n}', body = repeat('{n} ', {n}) WHERE id = {text}",
    "UPDATE articles_translation SET updated_at = now()",
    "DELETE FROM articles_translation WHERE id = {text}",
    "INSERT INTO articles_translation (id, channel_id, article_id, language, title)"
    " SELECT {text}, channel_id, id, 'l{text}', 'back' FROM articles_article WHERE id = {one}"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO articles_member (id, channel_id, key, name, email)"
    " VALUES ({member}, {channel}, 'k{member}', 'N{n}', '')"
    " ON CONFLICT (id) DO UPDATE SET name = excluded.name",
    "DELETE FROM articles_member WHERE id = {member}",
    "UPDATE articles_member SET id = {other}, key = 'k{other}' WHERE id = {member}"
    " AND NOT EXISTS (SELECT FROM articles_member WHERE id = {other})",
    "UPDATE articles_space SET website_enabled = NOT website_enabled, theme_color = '#{n}'",
    "UPDATE articles_category SET hidden = NOT hidden, position = {n} WHERE id = {category}",
    "SET CONSTRAINTS ALL IMMEDIATE",
]


def write_at_random(url: str, site: Any, rng: Random, failures: list[BaseException]) -> None:
    """One session's transactions; those that clash with another's are rolled back."""
    try:
        with psycopg.connect(url, autocommit=True) as session:
            session.execute("SET lock_timeout = '300ms'")
            for _ in range(TRANSACTIONS):
                try:
                    with session.transaction():
                        _some_statements(session, site, rng)
                except (
                    psycopg.errors.DeadlockDetected,
                    psycopg.errors.UniqueViolation,
                    psycopg.errors.ForeignKeyViolation,
                    psycopg.errors.LockNotAvailable,
                ):
                    continue
    except BaseException as error:
        failures.append(error)


def _some_statements(session: Any, site: Any, rng: Random) -> None:
    for _ in range(rng.randint(1, 5)):
        words = {
            "n": rng.randrange(1, 60),
            "one": rng.choice(site.articles),
            "text": rng.choice([*site.translations, 901, 902, 903]),
            "member": rng.choice([801, 802, 803]),
            "other": rng.choice([801, 802, 803, 804]),
            "category": rng.choice(site.categories),
            "channel": site.channel,
        }
        undone = rng.random() < 0.2
        with session.transaction(force_rollback=undone):
            session.execute(rng.choice(STATEMENTS).format(**words))
    if rng.random() < 0.1:
        raise psycopg.errors.LockNotAvailable  # As an application that changes its mind.


def replayed(model: Any) -> dict[int, dict[str, Any]]:
    """The table as its history says, in the order of history_id."""
    kept = {f.column for f in model._meta.local_concrete_fields}
    table: dict[int, dict[str, Any]] = {}
    for version in model.history.order_by("history_id").values():
        if version["history_type"] == "-":
            assert version["id"] in table, "a record ended that had not begun"
            del table[version["id"]]
        else:
            assert (version["history_type"] == "+") == (version["id"] not in table)
            table[version["id"]] = {key: version[key] for key in version if key in kept}
    return table


@pytest.mark.parametrize("seed", SEEDS)
def test_random_writes_of_several_sessions_are_replayed_exactly(
    committed_db, role_connection, seed
):
    site = make_help_center(role_connection("product"), articles=6)
    mark, failures = Mark(), []
    sessions = [
        threading.Thread(
            target=write_at_random,
            args=(committed_db.url("product"), site, Random(f"{seed}:{n}"), failures),
        )
        for n in range(SESSIONS)
    ]
    for session in sessions:
        session.start()
    for session in sessions:
        session.join(120)
    assert failures == []

    left = mark.left()  # which also holds every effect against its rows
    assert len(left.events) > TRANSACTIONS
    assert len({event.transaction_id for event in left.events}) == len(left.events)
    for model in (Article, Translation, Member, Space, Category):
        live = {row["id"]: row for row in model.objects.values()}
        told = replayed(model)
        assert set(told) == set(live), model
        for pk, row in told.items():
            assert row == {key: live[pk][key] for key in row}, (model, pk)
        check_times(model)


def check_times(model: Any) -> None:
    """Times of one record increase with its versions."""
    last: dict[int, Any] = {}
    for version in model.history.order_by("history_id").values("id", "history_date"):
        before = last.get(version["id"])
        assert before is None or version["history_date"] > before
        last[version["id"]] = version["history_date"]
