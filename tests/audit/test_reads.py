"""Reads as events: they wait for nobody, outlive the process, and arrive exactly once."""

import json
import os
import shutil
import signal
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from audit import delivery, reads
from audit.actors import Actor
from audit.delivery import Delivered, deliver, deliver_spool, new_key
from audit.models import Event
from audit.spool import Segment
from backoffice.entities import registry
from backoffice.entities.record_view import show_record
from backoffice.entities.tasks import deliver_reads
from backoffice.replicas.middleware import ReplicaMiddleware

ACTOR = Actor.service("tests")


@pytest.fixture(autouse=True)
def background(committed_db, settings, tmp_path, monkeypatch):
    """Reads go by the spool; this test delivers them itself, unless it starts the thread."""
    settings.AUDIT_DELIVERY, settings.AUDIT_SPOOL = "background", tmp_path / "spool"
    monkeypatch.setattr(reads, "_couriers", [])
    monkeypatch.setattr(reads.Courier, "_start", lambda self: None)


@contextmanager
def primary_away():
    """The primary's address leads nowhere: it is shared with other tests, so it is not stopped."""
    connection = connections["default"]
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update({"HOST": "127.0.0.1", "PORT": "1"})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def note(number=1, **details):
    reads.note("record.opened", actor=ACTOR, entity="article", record_id=str(number), **details)


def line(**changes):
    item = {
        "key": new_key(),
        "occurred_at": datetime.now(UTC).isoformat(),
        "name": "record.opened",
        "kind": "read",
        "outcome": "succeeded",
        "actor_kind": "service",
        "actor_id": "tests",
        "actor_label": "tests",
    }
    return json.dumps(item | changes).encode()


def opened():
    return list(Event.objects.filter(name="record.opened").order_by("occurred_at", "id"))


def flush():
    return reads.courier().flush()


def test_a_page_writes_nothing_on_the_primary_for_being_read(people, site):
    client = Client()
    client.force_login(people["otis"], backend="backoffice.accounts.google.GoogleSignIn")
    client.get("/")
    with CaptureQueriesContext(connections["default"]) as queries:
        assert client.get(f"/articles/{site.articles[0]}/").status_code == 200
    statements = [query["sql"] for query in queries]
    assert statements and not any("audit_record" in sql for sql in statements)
    assert not any(sql.startswith(("INSERT", "UPDATE", "DELETE")) for sql in statements)
    assert opened() == []
    assert flush() == Delivered(written=1)
    (event,) = opened()
    assert (event.actor_label, event.entity, event.scope) == ("Otis", "article", site.channel)
    assert event.occurred_at < event.recorded_at and event.flags == []
    assert flush() == Delivered()


def test_its_thread_delivers_by_itself(monkeypatch):
    monkeypatch.undo()
    note()
    deadline = time.monotonic() + 10
    while not opened() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(opened()) == 1


def test_a_read_delivered_twice_is_one_event(settings, tmp_path):
    note(1)
    note(2)
    reads.courier().spool.let_go()
    (segment,) = settings.AUDIT_SPOOL.glob("*.jsonl")
    shutil.copy(segment, tmp_path / "again")
    assert flush() == Delivered(written=2)
    shutil.copy(tmp_path / "again", segment)
    assert flush() == Delivered(repeated=2)
    assert [event.record_id for event in opened()] == ["1", "2"]
    assert list(settings.AUDIT_SPOOL.glob("*.jsonl")) == []


def test_two_deliveries_at_once_make_one_event_each():
    lines, done = [line() for _ in range(50)], []

    def run(batch):
        try:
            done.append(deliver(batch))
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=[batch]) for batch in (lines, lines[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.written for one in done) == sum(one.repeated for one in done) == 50
    assert len(opened()) == 50


def opened_page(person, article):
    """The page of an article, behind the routing alone: sessions are the primary's so far."""
    request = RequestFactory().get(f"/articles/{article}/")
    request.user, request.session, request.id = person, {}, "test"
    view = partial(show_record, entity=registry.get("article"), pk=str(article))
    return ReplicaMiddleware(view)(request)


def test_reads_wait_while_the_primary_is_away_and_pages_are_still_read(standby, people, site):
    standby.catch_up()
    with primary_away():
        answer = opened_page(people["ada"], site.articles[0])
        assert answer.status_code == 200 and "환불 안내 1" in answer.content.decode()
        assert reads.spool().waiting().segments == 1
        before = time.monotonic()
        note(1)
        assert time.monotonic() - before < 0.5
        assert flush() is None
        note(2)
        assert flush() is None
        assert reads.spool().waiting().segments == 2
        with pytest.raises(CommandError, match="DATABASE_URL"):
            call_command("deliver_spool")
    assert opened() == []
    assert flush() == Delivered(written=3)
    assert [event.record_id for event in opened()] == [str(site.articles[0]), "1", "2"]
    assert reads.spool().waiting().segments == 0


def test_a_killed_process_loses_nothing_that_it_noted():
    child = os.fork()
    if not child:
        note(1)
        note(2)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert deliver_spool(reads.spool()) == Delivered(written=2)
    assert [event.record_id for event in opened()] == ["1", "2"]


def test_a_process_killed_between_delivery_and_removal_leaves_no_duplicates():
    note(1)
    reads.courier().spool.let_go()
    connections.close_all()
    child = os.fork()
    if not child:
        Segment.remove = lambda self: os.kill(os.getpid(), signal.SIGKILL)
        deliver_spool(reads.spool())
    os.waitpid(child, 0)
    assert len(opened()) == 1
    assert reads.spool().waiting().segments == 1
    assert deliver_spool(reads.spool()) == Delivered(repeated=1)
    assert len(opened()) == 1


def test_a_segment_in_use_is_left_to_its_process():
    note(1)
    assert deliver_spool(reads.spool()) == Delivered()
    assert flush() == Delivered(written=1)


def test_a_forked_child_has_a_segment_of_its_own():
    note(1)
    child = os.fork()
    if not child:
        note(2)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert reads.spool().waiting().segments == 2
    assert flush() == Delivered(written=2)


def test_what_cannot_be_kept_is_counted_shown_and_told(settings, monkeypatch):
    monkeypatch.setattr(reads, "MOST_IN_MEMORY", 2)
    settings.AUDIT_SPOOL_BYTES = 1
    with primary_away():
        note(1)
        assert flush() is None
        for number in range(2, 7):
            note(number)
        shown = Client().get("/readyz").json()["checks"]["audit spool"]
        assert "3 reads were lost" in shown["text"] and not shown["ok"]
        assert "deliver_spool" in shown["mend"]
    assert flush() == Delivered(written=3)
    assert sorted(event.record_id for event in opened()) == ["1", "2", "3"]
    told = Event.objects.get(name="audit.reads_lost")
    assert (told.outcome, told.params, told.target_count) == ("failed", {"count": 3}, 3)
    flush()
    assert Event.objects.filter(name="audit.reads_lost").count() == 1
    assert Client().get("/readyz").json()["checks"]["audit spool"]["ok"]


def test_a_folder_that_cannot_be_written_costs_no_page(settings, tmp_path):
    (tmp_path / "file").write_text("no folder")
    settings.AUDIT_SPOOL = tmp_path / "file" / "spool"
    note(1)
    shown = Client().get("/readyz").json()["checks"]["audit spool"]
    assert not shown["ok"] and "cannot be written" in shown["text"]
    assert flush() == Delivered(written=1)
    assert len(opened()) == 1


def test_a_read_that_no_database_takes_keeps_no_other_back(settings):
    folder = settings.AUDIT_SPOOL
    folder.mkdir()
    bad = [line(actor_label="x" * 201), line(kind="change"), b"{torn", line(key="none")]
    good = [line(record_id=str(number)) for number in range(5)]
    path = folder / "00000000000000000001-1.jsonl"
    path.write_bytes(b"\n".join([*good[:2], *bad, *good[2:]]))
    assert deliver_spool(reads.spool()) == Delivered(written=5, lost=4)
    assert len(opened()) == 5
    assert Event.objects.get(name="audit.reads_lost").params == {"count": 4}


@pytest.mark.parametrize(("days", "flags"), [(-1, ["occurred_at refused"]), (8, None), (6, [])])
def test_only_a_recent_time_is_believed(days, flags):
    claimed = datetime.now(UTC) - timedelta(days=days)
    assert deliver([line(occurred_at=claimed.isoformat())]) == Delivered(written=1)
    (event,) = opened()
    assert event.flags == (["occurred_at refused"] if flags is None else flags)
    assert (event.occurred_at == claimed) is (flags == [])
    assert event.occurred_at <= event.recorded_at


def test_a_read_older_than_the_keys_is_lost_and_says_so():
    claimed = datetime.now(UTC) - timedelta(days=31)
    assert deliver([line(occurred_at=claimed.isoformat())]) == Delivered(lost=1)
    assert opened() == []


@pytest.mark.parametrize("role", ["product", "reports", "importer", "console_ro"])
def test_nobody_but_the_console_delivers(role, role_connection):
    connection = role_connection(role)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM audit_record_many('[]')")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM audit_delivery")


def test_the_event_of_a_change_never_waits():
    with pytest.raises(ValueError, match="events.record"):
        reads.note("article.hidden", actor=ACTOR)
    assert not reads.spool().folder.exists()


def test_the_command_says_what_it_did(capsys):
    note(1)
    reads.courier().spool.let_go()
    call_command("deliver_spool")
    assert "1 reads delivered, 0 were there already, 0 lost." in capsys.readouterr().out
    assert len(opened()) == 1


def test_the_worker_brings_in_what_others_left():
    note(1)
    reads.courier().spool.let_go()
    deliver_reads(timestamp=0)
    assert len(opened()) == 1


def test_batches_are_bounded(monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 3)
    for number in range(7):
        note(number)
    assert flush() == Delivered(written=7)
    assert len(opened()) == 7
