"""/healthz and /readyz: what they answer, with every part well and with each part broken."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connections
from django.test import Client

from backoffice.health import probe, views
from backoffice.health.checks import Check
from backoffice.health.probe import Probe


def get_ready():
    response = Client().get("/readyz")
    return response.status_code, response.json()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_asks_nobody_to_sign_in(standby, path):
    response = Client().get(path)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_refuses_a_post(path):
    assert Client().post(path).status_code == 405


def test_it_lives_while_the_database_is_out_of_reach(django_db_blocker):
    # No database fixture: any query would raise.
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.fixture
def worker(role_connection):
    """A job worker has just given a sign of life."""
    role_connection("console").execute(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())"
    )


def test_it_is_ready_when_all_is_well(standby, worker):
    status, body = get_ready()
    assert (status, body["status"]) == (200, "ready")
    assert list(body["checks"]) == ["primary", "replica", "migrations", "worker", "audit spool"]
    assert all(check["ok"] and check["text"].endswith("OK") for check in body["checks"].values())


def test_it_is_degraded_without_the_replica(standby):
    standby.stop()
    status, body = get_ready()
    assert (status, body["status"]) == (200, "degraded")
    assert not body["checks"]["replica"]["ok"]
    assert "REPLICA_URLS" in body["checks"]["replica"]["mend"]
    assert body["checks"]["primary"]["ok"]


def test_it_is_degraded_without_a_worker(standby):
    status, body = get_ready()
    assert (status, body["status"]) == (200, "degraded")
    assert body["checks"]["worker"]["text"] == "No job worker has ever run."
    assert "manage.py worker" in body["checks"]["worker"]["mend"]


def test_it_is_degraded_by_a_replica_that_lags(standby, settings, role_connection):
    settings.REPLICA_LAG_LIMIT = 0.1
    standby.catch_up()
    standby.pause()
    role_connection("owner").execute("CREATE TABLE later (id integer)")
    standby.wait_for_lag(0.2)
    status, body = get_ready()
    assert (status, body["status"]) == (200, "degraded")
    assert "behind" in body["checks"]["replica"]["text"]


def test_it_is_not_ready_without_the_primary(standby, monkeypatch):
    monkeypatch.setitem(connections["default"].settings_dict, "PORT", "1")
    status, body = get_ready()
    assert (status, body["status"]) == (503, "unready")
    assert not body["checks"]["primary"]["ok"]
    assert "DATABASE_URL" in body["checks"]["primary"]["mend"]


def test_it_is_not_ready_when_the_primary_is_a_standby(standby, committed_db, monkeypatch):
    from backoffice import env

    place = env.database("test", committed_db.url("console_ro", "replica"))
    for key in ("HOST", "PORT", "USER", "PASSWORD"):
        monkeypatch.setitem(connections["default"].settings_dict, key, place[key])
    status, body = get_ready()
    assert status == 503
    assert "takes no writes" in body["checks"]["primary"]["text"]


def test_it_is_not_ready_when_a_migration_is_missing(standby, role_connection):
    role_connection("owner").execute(
        "DELETE FROM django_migrations WHERE app = 'sessions' AND name = '0001_initial'"
    )
    status, body = get_ready()
    assert status == 503
    assert "the first is sessions.0001_initial" in body["checks"]["migrations"]["text"]
    assert "manage.py migrate" in body["checks"]["migrations"]["mend"]


def test_it_answers_in_time_when_everything_hangs(monkeypatch):
    monkeypatch.setattr(probe, "LIMIT", 0.2)
    never = threading.Event()
    check = Check(lambda: str(never.wait(5)), "Look there.")
    monkeypatch.setattr(views, "PROBES", [Probe(f"part {n}", check) for n in range(3)])
    begin = time.monotonic()
    status, body = get_ready()
    # Side by side: three that hang take as long as one.
    assert time.monotonic() - begin < 0.5
    assert status == 503
    assert {c["text"] for c in body["checks"].values()} == {"It did not answer within 0.2 s."}
    never.set()


def test_it_asks_a_part_that_hangs_only_once(monkeypatch):
    monkeypatch.setattr(probe, "LIMIT", 0.05)
    asked, go = [], threading.Event()

    def hang():
        asked.append(1)
        go.wait(5)
        return "well. OK"

    part = Probe("part", Check(hang, "Look there."))
    assert [part.ask().finding().ok for _ in range(4)] == [False] * 4
    assert len(asked) == 1
    go.set()
    time.sleep(0.05)
    assert part.ask().finding().ok
    assert len(asked) == 2


def test_it_shows_no_address_to_whoever_asks(standby, committed_db):
    standby.stop()
    text = Client().get("/readyz").content.decode()
    assert "127.0.0.1" not in text and committed_db.name not in text


def test_it_answers_a_signed_in_browser_while_the_primary_is_down(people, monkeypatch):
    client = Client(headers={"accept-language": "en"})
    client.force_login(people["otis"], backend="backoffice.accounts.google.GoogleSignIn")
    monkeypatch.setitem(connections["default"].settings_dict, "PORT", "1")
    connections["default"].close()
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").status_code == 503
    client.raise_request_exception = False
    page = client.get("/articles/")
    assert page.status_code == 503
    assert "The database does not answer" in page.content.decode()
