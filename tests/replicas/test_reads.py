"""Where reads go, on a real standby: never older than the reader's own last write."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from audit.models import Event
from backoffice.accounts.models import Staff
from backoffice.replicas import data_age, note_write, use_primary
from backoffice.replicas.middleware import COOKIE, ReplicaMiddleware
from backoffice.replicas.router import ReplicaRouter


@pytest.fixture(autouse=True)
def of_its_own(committed_db):
    """What is written is committed."""


class Reader:
    """A browser that keeps its cookies; each request runs `view` behind the middleware."""

    def __init__(self):
        self.cookies = {}

    def __call__(self, view, method="GET", path="/"):
        request = RequestFactory().generic(method, path)
        request.COOKIES.update(self.cookies)
        request.user = AnonymousUser()
        response = ReplicaMiddleware(lambda request: self._respond(view))(request)
        self.cookies.update({name: morsel.value for name, morsel in response.cookies.items()})
        return self.result

    def _respond(self, view):
        self.result = view()
        return HttpResponse("ok")


def where(model=Event):
    return ReplicaRouter().db_for_read(model)


# A table outside of capture, which the console may write.
def words():
    with connections[where()].cursor() as cursor:
        cursor.execute("SELECT array_agg(problem ORDER BY job) FROM jobs_failure")
        return cursor.fetchone()[0]


def write(word="mine"):
    with connections["default"].cursor() as cursor:
        cursor.execute("INSERT INTO jobs_failure SELECT count(*), %s FROM jobs_failure", [word])
    note_write()


def test_it_reads_a_safe_request_from_the_standby(standby):
    assert Reader()(where) == "replica"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_it_reads_an_unsafe_request_from_the_primary(standby, method):
    assert Reader()(where, method) == "default"


def test_it_reads_sign_in_pages_from_the_primary(standby):
    assert Reader()(where, path="/sign-in/google/complete/") == "default"


@pytest.mark.parametrize("model", [Staff, ContentType])
def test_it_reads_who_someone_is_from_the_primary(standby, model):
    reader = Reader()
    assert reader(lambda: where(model)) == "default"
    assert reader(where) == "replica"


def test_it_uses_the_primary_outside_of_a_request(standby):
    assert where() == "default"
    assert data_age() is None


def test_it_uses_the_primary_inside_use_primary_only(standby):
    def view():
        with use_primary():
            inside = where()
        return inside, where()

    assert Reader()(view) == ("default", "replica")


def test_it_uses_the_primary_after_a_write_in_the_request(standby):
    def view():
        before = where()
        ReplicaRouter().db_for_write(Event)
        return before, where()

    assert Reader()(view) == ("replica", "default")


def test_it_shows_a_reader_their_own_write_while_the_standby_lags(standby):
    writer, stranger = Reader(), Reader()
    standby.catch_up()
    standby.pause()
    writer(write, "POST")
    assert writer(lambda: (where(), words())) == ("default", ["mine"])
    # The same lag for someone who wrote nothing is what a replica is: older, and said to be.
    assert stranger(lambda: (where(), words())) == ("replica", None)


def test_it_returns_to_the_standby_once_it_has_the_write(standby):
    writer = Reader()
    writer(write, "POST")
    standby.catch_up()
    assert writer(lambda: (where(), words())) == ("replica", ["mine"])


def test_it_keeps_the_cookie_when_nothing_was_written(standby):
    writer = Reader()
    writer(write, "POST")
    before = writer.cookies[COOKIE]
    writer(words)
    writer(words, "POST")
    assert writer.cookies[COOKIE] == before


@pytest.mark.parametrize("forged", ["", "FFFFFFFF/FFFFFFFF", "x:y:z", "0" * 5000])
def test_it_believes_no_cookie_but_its_own(standby, forged):
    reader = Reader()
    reader.cookies[COOKIE] = forged
    assert reader(where) == "replica"


def test_it_says_how_old_the_data_is(standby, settings):
    def view():
        return where(), data_age()

    standby.catch_up()
    alias, fresh = Reader()(view)
    # Other databases of the cluster may be written meanwhile: not always 0, but never old.
    assert alias == "replica" and fresh < 5
    standby.pause()
    Reader()(write, "POST")
    standby.wait_for_lag(0.2)
    alias, age = Reader()(view)
    assert alias == "replica" and age >= 0.2
    settings.REPLICA_LAG_LIMIT = 0.1
    assert Reader()(view) == ("default", None)


def test_it_reads_from_the_primary_when_the_standby_is_stopped(standby):
    assert Reader()(where) == "replica"
    connections["replica"].close()
    standby.stop()
    assert Reader()(lambda: (where(), words())) == ("default", None)


def test_it_asks_a_failed_standby_no_more_until_it_works_again(standby, monkeypatch):
    from backoffice.replicas import pool

    asked = []
    real = pool.state_of
    connections["replica"].close()
    standby.stop()
    assert Reader()(where) == "default"
    monkeypatch.setattr(pool, "state_of", lambda *a: asked.append(a) or real(*a))
    monkeypatch.setattr(pool.circuit, "_works", lambda alias: False)
    assert [Reader()(where) for _ in range(5)] == ["default"] * 5
    assert asked == []


def test_it_returns_to_a_standby_that_works_again(standby):
    connections["replica"].close()
    standby.stop()
    assert Reader()(where) == "default"
    standby.start()
    assert standby.eventually(lambda: Reader()(where) == "replica")


def test_it_has_the_standby_refuse_writes(standby):
    with connections["replica"].cursor() as cursor:
        cursor.execute("SELECT current_setting('default_transaction_read_only'), current_user")
        assert cursor.fetchone() == ("on", "console_ro")


def test_it_migrates_no_replica():
    assert not any(ReplicaRouter().allow_migrate(alias, "audit") for alias in settings.REPLICAS)
    assert ReplicaRouter().allow_migrate("owner", "audit")


def test_it_reads_a_stream_from_the_standby_to_its_end(standby):
    read = []

    def parts():
        for part in ("a", "b"):
            read.append(where())
            yield part

    middleware = ReplicaMiddleware(lambda request: StreamingHttpResponse(parts()))
    response = middleware(RequestFactory().get("/"))
    assert read == []
    assert b"".join(response.streaming_content) == b"ab"
    assert read == ["replica", "replica"]
    assert where() == "default"
