"""The frame of the tests itself: who runs them, on what, and what they leave."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.db import connection, connections
from django.test import TestCase, TransactionTestCase

from tests.content import make_help_center
from tests.harness import databases, guard, refusals, slot, template
from tests.harness.databases import current
from tests.harness.template import ROOT


def who(alias="default"):
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT session_user, current_database()")
        return cursor.fetchone()


def test_it_runs_the_code_under_test_as_console(db):
    assert who()[0] == "console"


def test_it_shows_the_transaction_to_the_mirrored_replica(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        mine = cursor.fetchone()
    with connections["replica"].cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        assert cursor.fetchone() == mine


def test_it_gives_a_committing_test_a_database_of_its_own(committed_db, role_connection):
    assert who() == ("console", committed_db.name)
    owner = role_connection("owner")
    owner.execute("CREATE TABLE proof (id integer)")
    assert owner.info.dbname == committed_db.name
    assert who("owner") == ("owner", committed_db.name)


def test_it_leaves_nothing_of_the_committing_test(committed_db, role_connection):
    row = role_connection("owner").execute("SELECT to_regclass('proof')").fetchone()
    assert row == (None,)


def test_it_brings_a_used_database_back_to_the_template():
    with databases.clone() as fresh, databases.pointed_at(fresh):
        with databases.connect("product") as product:
            first = make_help_center(product)
        with databases.connect("owner") as owner:
            owner.execute("ANALYZE")
    with databases.clone() as again, databases.pointed_at(again):
        assert again == fresh
        with databases.connect("owner") as owner:
            for table in ("articles_article", "articles_historicalarticle", "audit_event"):
                assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        with databases.connect("product") as product:
            assert make_help_center(product) == first


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE proof (id integer)",
        "ALTER TABLE articles_article ADD proof integer",
        "GRANT SELECT ON articles_article TO reports",
        "DROP TRIGGER audit_capture ON articles_article",
        "UPDATE django_content_type SET model = 'proof' WHERE id = 1",
    ],
)
def test_it_gives_up_a_database_that_was_changed_beyond_its_rows(statement):
    with (
        databases.clone() as fresh,
        databases.pointed_at(fresh),
        databases.connect("owner") as owner,
    ):
        owner.execute(statement)
    with databases.clone() as another:
        assert another != fresh


@pytest.mark.parametrize("role", ["owner", "console", "console_ro", "reports", "product"])
def test_it_connects_as_any_role(committed_db, role_connection, role):
    assert role_connection(role).info.user == role
    assert current().name == committed_db.name


def test_it_reads_from_the_real_standby(standby, committed_db):
    assert who("replica") == ("console_ro", committed_db.name)
    with connections["replica"].cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        assert cursor.fetchone() == (True,)


@pytest.mark.parametrize(
    ("database", "named"),
    [
        ({"HOST": "db.example.com"}, "db.example.com"),
        ({"HOST": "127.0.0.1", "OPTIONS": {"hostaddr": "10.0.0.5"}}, "10.0.0.5"),
        ({"HOST": "127.0.0.1,10.0.0.6"}, "10.0.0.6"),
        ({"HOST": "", "OPTIONS": {"service": "live"}}, "service live"),
        ({"HOST": "no-such-host.invalid"}, "no-such-host.invalid"),
    ],
)
def test_it_refuses_a_database_elsewhere(database, named):
    assert named in guard.refusal({"default": {"HOST": "127.0.0.1"}, "other": database})


@pytest.mark.parametrize("host", ["", "127.0.0.1", "::1", "localhost", "/run/postgresql"])
def test_it_accepts_a_database_on_this_machine(host):
    assert guard.refusal({"default": {"HOST": host}}) == ""


def item(fixtures=(), cls=None, **marker):
    """A test as pytest describes it, as far as the refusal looks."""
    found = SimpleNamespace(kwargs=marker) if marker else None
    return SimpleNamespace(
        fixturenames=list(fixtures), cls=cls, get_closest_marker=lambda name: found
    )


class Flushing(TransactionTestCase):
    """A test class that Django would end by a flush."""

    __test__ = False


@pytest.mark.parametrize(
    "refused",
    [
        item(["transactional_db"]),
        item(["live_server"]),
        item(["django_db_reset_sequences"]),
        item(transaction=True),
        item(cls=Flushing),
    ],
)
def test_it_refuses_a_test_that_would_flush(refused):
    with pytest.raises(pytest.fail.Exception, match="committed_db instead"):
        refusals.refuse_flush(refused)


def test_it_refuses_a_transaction_together_with_a_database_of_its_own():
    with pytest.raises(pytest.fail.Exception, match="not both"):
        refusals.refuse_flush(item(["db", "committed_db"]))


@pytest.mark.parametrize("served", [item(["db"]), item(["committed_db"]), item(cls=TestCase)])
def test_it_serves_the_others(served):
    refusals.refuse_flush(served)


def test_it_gives_a_second_run_another_folder(tmp_path, monkeypatch):
    monkeypatch.delenv(slot.VARIABLE)
    monkeypatch.setattr(slot, "_held", [])
    first = slot.take(tmp_path)
    monkeypatch.delenv(slot.VARIABLE)
    second = slot.take(tmp_path)
    assert (first.name, second.name) == ("1", "2")
    # Workers and other children of a run are told theirs.
    assert slot.take(tmp_path) == second


def test_it_makes_the_template_anew_when_a_migration_changes(tmp_path):
    folder = tmp_path / "audit" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_initial.py").write_text("from audit.capture import RunFile\n")
    (tmp_path / "audit" / "capture.py").write_text("one = 1\n")
    before = template.fingerprint(tmp_path)
    assert template.fingerprint(tmp_path) == before
    (tmp_path / "audit" / "capture.py").write_text("one = 2\n")
    assert template.fingerprint(tmp_path) != before


def test_it_keeps_the_callers_environment_out():
    """The addresses of a developer's shell must not reach the code under test."""
    done = subprocess.run(
        [sys.executable, "-c", "from tests import settings as s; print(s.EMBEDDED, s.TIME_ZONE)"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": "postgres://db.example.com/live",
            "TIME_ZONE": "Europe/Paris",
            "PGHOST": "db.example.com",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "Asia/Seoul"]
