"""Runs of the command: stopped, killed, run twice, run beside another, run with nothing set up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from articles.importing import site as sites
from articles.importing.storage import Conflict
from articles.models import Article, Channel, Member, Translation
from audit.models import Event
from tests.articles.conftest import CHANNEL, load_into, site_as_of, site_now
from tests.articles.histories import at, create, delete, line, replay, save, update

LINES = [line(1, create("a.md"), create("b.md"))] + [
    line(minute, update("a.md", body=f"본문 {minute}"), update("b.md", body=f"둘 {minute}"))
    for minute in range(2, 12)
]
# The same text again, and later another: a second run must not take the site back to it.
QUIET = [line(20, update("a.md", body="본문 11")), line(21, update("a.md", body="끝"))]


def rows() -> list[tuple]:
    """Every version of every page and text."""
    return [
        *Article.history.order_by("history_id").values_list("history_id", "id", "history_date"),
        *Translation.history.order_by("history_id").values_list("history_id", "title", "body"),
    ]


def test_a_second_run_adds_nothing(load):
    load([*LINES, *QUIET])
    before, events = rows(), Event.objects.count()
    again = load([*LINES, *QUIET])
    assert again.status == 0
    assert "0 lines loaded" in again.said
    assert "12 lines were loaded by an earlier run." in again.said
    assert "1 lines stand before the last one" in again.said
    assert (rows(), Event.objects.count()) == (before, events)


def test_it_goes_on_where_a_limit_stopped_it(load):
    first = load(LINES, limit=4)
    assert "Stopped after 4 lines, as --limit says." in first.said
    assert site_now() == site_as_of(at(4))
    assert "7 lines loaded" in load(LINES).said
    assert site_now()["a.md", "ko"] == ("제목", "본문 11")
    assert Event.objects.filter(actor_kind="member").count() == 11


def test_it_loads_what_was_added_to_the_file(load):
    load(LINES)
    assert (
        "2 lines loaded" in load([*LINES, line(30, create("c.md")), line(31, delete("a.md"))]).said
    )
    assert set(site_now()) == {("b.md", "ko"), ("c.md", "ko")}


def test_it_does_not_apply_an_older_line_that_was_mended_since(load):
    broken = [LINES[0], "{", *LINES[2:]]
    load(broken)
    again = load(LINES)
    assert "0 lines loaded" in again.said
    assert "They are not applied out of order." in again.said


def test_two_sites_take_the_same_file(load):
    load(LINES)
    load(LINES, space="둘째")
    assert site_now("둘째") == site_now() != {}
    assert (Channel.objects.count(), Member.objects.count()) == (1, 1)


def test_a_dry_run_says_the_same_and_writes_nothing(load, role_connection):
    lines = [*LINES, line(30, delete("z.md"), create("a.md", "새")), "{"]
    dry = load(lines, dry_run=True)
    assert (Channel.objects.count(), Event.objects.count(), Article.objects.count()) == (0, 0, 0)
    partitions = "SELECT count(*) FROM pg_class WHERE relname = 'audit_event_2021_03'"
    assert role_connection("console").execute(partitions).fetchone() == (0,)
    wet = load(lines)
    assert dry.notes() == wet.notes() != []
    assert (dry.status, wet.status) == (1, 1)
    assert "12 lines would be loaded" in dry.said
    assert "12 lines loaded" in wet.said


def test_a_dry_run_looks_at_what_stands(load):
    load(LINES)
    dry = load([*LINES, line(30, create("a.md", "새"))], dry_run=True)
    assert dry.notes() == ["line 12: create of a.md, which stands there: its text was updated"]


def test_it_names_the_setting_that_is_missing(load, settings, tmp_path):
    from django.core.management import CommandError, call_command

    settings.IMPORT_DATABASE_URL = ""
    with pytest.raises(CommandError, match="IMPORT_DATABASE_URL is not set. Set it to"):
        call_command("import_history", save(tmp_path / "f.ndjson", LINES), channel="x")


@pytest.mark.parametrize("role", ["product", "console"])
def test_it_refuses_a_role_that_may_not_claim_times(committed_db, tmp_path, role):
    class Other:
        def url(self, _: str) -> str:
            return committed_db.url(role)

    found = load_into(Other(), tmp_path, LINES, "f.ndjson")
    assert f"signs in as '{role}'; it must be the role importer" in str(found.error)
    assert not Channel.objects.exists()


def test_it_refuses_channels_that_share_their_name(load, role_connection):
    product = role_connection("product")
    for _ in range(2):
        product.execute("INSERT INTO articles_channel (name) VALUES (%s)", [CHANNEL])
    assert "Several channels are called" in str(load(LINES).error)
    assert not Article.objects.exists()


def test_it_refuses_to_run_beside_another_import_into_the_same_site(load, committed_db, settings):
    load(LINES, limit=1)
    settings.IMPORT_DATABASE_URL = committed_db.url("importer")
    with sites.connect() as other:
        sites.hold(other, sites.find(other, CHANNEL, "Help center"))
        assert "Another import into this site is running" in str(load(LINES).error)
    assert "10 lines loaded" in load(LINES).said


def test_it_stops_when_somebody_else_changes_the_site_meanwhile(load, role_connection, monkeypatch):
    load(LINES, limit=2)
    product = role_connection("product")

    def deletes_first(*args: object) -> object:
        product.execute("DELETE FROM articles_translation")
        product.execute("DELETE FROM articles_article")
        return write(*args)

    from articles.importing import storage

    write = storage.write
    monkeypatch.setattr(storage, "write", deletes_first)
    found = load(LINES)
    assert Conflict.__doc__ == str(found.error)
    monkeypatch.undo()
    assert "line 3: update of a.md, which is not there: it was created" in load(LINES).notes()
    assert site_now()["b.md", "ko"] == ("제목", "둘 11")


@pytest.fixture
def process(committed_db, tmp_path):
    """The command as a process of its own, over a file that takes it a while."""
    lines = [line(n, create(f"f{n % 50}/{n}.md", body=f"{n} 본문 " * 100)) for n in range(1, 800)]
    path = save(tmp_path / "long.ndjson", lines)
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DATABASE_URL": committed_db.url("console"),
        "MIGRATION_DATABASE_URL": committed_db.url("owner"),
        "IMPORT_DATABASE_URL": committed_db.url("importer"),
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "console.example",
        "GOOGLE_CLIENT_ID": "x",
        "GOOGLE_CLIENT_SECRET": "x",
        "GOOGLE_HOSTED_DOMAINS": "example.com",
    }
    command = [sys.executable, "-W", "ignore", "manage.py", "import_history", str(path)]
    started = subprocess.Popen(
        [*command, "--channel", CHANNEL],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield started, path, lines
    finally:
        started.kill()
        started.communicate()


def wait_for_lines(started: subprocess.Popen, amount: int) -> None:
    until = time.monotonic() + 60
    while Event.objects.filter(actor_kind="member").count() < amount:
        assert started.poll() is None, started.communicate()[0]
        assert time.monotonic() < until
        time.sleep(0.01)


def check_prefix(lines: list[dict]) -> int:
    """What stands is the state after exactly so many lines."""
    done = Event.objects.filter(actor_kind="member").count()
    state: dict = {}
    for entry in lines[:done]:
        replay(state, entry)
    assert site_now() == state
    return done


def test_it_goes_on_after_it_was_killed(process, committed_db, tmp_path):
    started, path, lines = process
    wait_for_lines(started, 100)
    os.kill(started.pid, signal.SIGKILL)
    started.wait(10)
    time.sleep(0.5)  # The server notices that its client is gone, and ends what it was doing.
    done = check_prefix(lines)
    assert 100 <= done < len(lines)

    again = load_into(committed_db, tmp_path, Path(path), "")
    assert f"{len(lines) - done:,} lines loaded" in again.said
    assert f"{done:,} lines were loaded by an earlier run." in again.said
    assert check_prefix(lines) == len(lines)
    assert Article.history.count() == Translation.history.count() == len(lines)


def test_ctrl_c_stops_it_between_two_lines(process):
    started, _, lines = process
    wait_for_lines(started, 50)
    os.kill(started.pid, signal.SIGINT)
    said, _ = started.communicate(timeout=10)
    assert started.returncode == 130
    assert "Stopped. Run the same command again to go on from here." in said
    assert "Traceback" not in said
    assert 50 <= check_prefix(lines) < len(lines)
