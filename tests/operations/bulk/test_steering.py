"""Pause, resume, call off; two workers; access withdrawn; a lost connection; a lagging replica."""

import threading

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.models import Article
from audit.actors import Actor
from audit.context import change
from audit.models import Event
from backoffice.accounts.staffing import grant_role
from backoffice.jobs.worker import work as work_through_queue
from backoffice.operations.bulk import applying, items, runs, throttle
from backoffice.operations.bulk.lease import lease
from backoffice.operations.bulk.models import BulkRun
from backoffice.operations.bulk.tasks import forget, look_after
from backoffice.operations.bulk.working import work
from backoffice.operations.exceptions import Denied
from tests.operations.bulk.conftest import REASON, again, article_history, outcomes
from tests.operations.facts import content


@pytest.fixture
def started(previewed, dozen):
    return runs.start_run(previewed())


@pytest.fixture
def after_each_batch(monkeypatch):
    """Do something once so many batches are done."""

    def install(count, act):
        real, seen = applying.Applying.batch, []

        def batch(self, versions):
            real(self, versions)
            seen.append(1)
            if len(seen) == count:
                act()

        monkeypatch.setattr(applying.Applying, "batch", batch)

    return install


def hidden():
    return Article.objects.filter(hidden=True).count()


def test_a_paused_run_rests_and_goes_on(started, after_each_batch, people):
    otis = Actor.staff(people["otis"])
    after_each_batch(1, lambda: runs.pause(started, otis))
    assert work(started.pk, 60) is False
    assert (again(started).state, hidden()) == ("paused", 4)
    assert work(started.pk, 60) is False and hidden() == 4
    assert runs.resume(started, otis) and not runs.resume(started, otis)
    work(started.pk, 60)
    assert (again(started).state, hidden()) == ("finished", 12)
    told = Event.objects.filter(name__in=["bulk.paused", "bulk.resumed"]).order_by("id")
    assert [(event.name, event.parent_id) for event in told] == [
        ("bulk.paused", started.parent_event),
        ("bulk.resumed", started.parent_event),
    ]


def test_a_run_that_is_called_off_stops_and_keeps_what_is_done(
    started, after_each_batch, people, browse
):
    after_each_batch(2, lambda: browse("ada").post(f"/operations/runs/{started.token}/cancel/"))
    work(started.pk, 60)
    run = again(started)
    assert (run.state, run.done, hidden()) == ("cancelled", 8, 8)
    closing = Event.objects.get(pk=run.closing_event)
    assert (closing.outcome, closing.target_count) == ("cancelled", 8)
    assert (closing.actor_label, closing.parent_id) == ("Ada", run.parent_event)
    assert not runs.cancel(run, Actor.staff(people["otis"]))
    assert sorted(set(outcomes(run).values())) == ["done", "ready"]


@pytest.mark.parametrize("act", ["pause", "resume", "cancel"])
def test_nobody_else_steers_a_run(started, browse, act):
    assert browse("vera").post(f"/operations/runs/{started.token}/{act}/").status_code == 404
    assert again(started).state == "waiting"
    assert browse("otis").get(f"/operations/runs/{started.token}/{act}/").status_code == 405


def test_a_batch_that_was_begun_before_the_pause_stays_undone(started, people, monkeypatch):
    real = items.settle

    def pause_first(*args, **kwargs):
        monkeypatch.setattr(items, "settle", real)
        thread = threading.Thread(target=pause)
        thread.start()
        thread.join()
        real(*args, **kwargs)

    def pause():
        runs.pause(started, Actor.staff(people["otis"]))
        connections.close_all()

    monkeypatch.setattr(items, "settle", pause_first)
    work(started.pk, 60)
    assert (again(started).state, again(started).done, hidden()) == ("paused", 0, 0)


def test_two_workers_never_work_on_one_run(started):
    seen = []

    def other():
        seen.append(work(started.pk, 60))
        connections.close_all()

    with lease(started.pk) as held:
        assert held
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert seen == [True] and again(started).done == 0
    assert work(started.pk, 60) is False and again(started).done == 12


def test_two_workers_at_once_do_each_record_once(started):
    threads = [
        threading.Thread(target=lambda: (work(started.pk, 60), connections.close_all()))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work(started.pk, 60)
    assert (again(started).state, again(started).done) == ("finished", 12)
    for key in outcomes(started):
        assert [version.verb for version in article_history(key)].count("hidden") == 1


def test_a_demoted_owner_stops_the_run(started, after_each_batch, people):
    def demote():
        grant_role("otis@example.com", "viewer", actor=Actor.service("tests"), reason="moved on")

    after_each_batch(1, demote)
    work(started.pk, 60)
    run = again(started)
    assert (run.state, run.done, hidden()) == ("failed", 4, 4)
    assert "no longer holds the permission “articles.hide_article”" in run.problem
    assert Event.objects.get(pk=run.closing_event).detail == run.problem


def test_a_disabled_owner_starts_nothing(previewed, dozen, people):
    run, otis = previewed(), people["otis"]
    params = {"email": otis.email, "role": otis.role, "before": otis.role}
    tests = Actor.service("tests")
    with change("staff.role_granted", actor=tests, reason="left us", params=params):
        otis.is_active = False
        otis.save()
    before = content()
    with pytest.raises(Denied, match="Otis is no longer active."):
        runs.start_run(run)
    assert content() == before and again(run).parent_event is None


def test_an_owner_who_is_shut_out_of_a_scope_stops_the_run(
    started, after_each_batch, dozen, restrict, people
):
    after_each_batch(1, lambda: restrict(dozen.channel, people["ada"]))
    work(started.pk, 60)
    run = again(started)
    assert (run.state, run.done, hidden()) == ("failed", 4, 4)
    assert run.problem == "Some of the records are no longer open to Otis."


def test_a_lost_connection_is_replaced_and_the_run_goes_on(
    started, after_each_batch, role_connection
):
    def cut():
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        role_connection("superuser").execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    after_each_batch(1, cut)
    assert work(started.pk, 60) is False
    assert (again(started).state, again(started).done) == ("finished", 12)


def test_a_run_waits_for_a_replica_that_is_behind(started, monkeypatch, browse, settings):
    settings.REPLICAS = ["replica"]
    monkeypatch.setattr(throttle, "lag", lambda: 12.3)
    monkeypatch.setattr("backoffice.operations.bulk.working.PAUSE", 0.01)
    assert work(started.pk, 0.2) is True
    assert again(started).done == 0
    page = browse("otis").get(f"/operations/runs/{started.token}/").content.decode()
    assert "A replica is 12.3 s behind; the run waits for it." in page
    monkeypatch.setattr(throttle, "lag", lambda: 0.1)
    assert work(started.pk, 60) is False
    assert (again(started).done, again(started).waits_for) == (12, "")


def test_the_queue_carries_a_run_from_slice_to_slice(previewed, dozen, settings):
    settings.BULK_SLICE_SECONDS = 0.0
    run = runs.start_run(previewed())
    work_through_queue(concurrency=1, wait=False)
    waiting = ProcrastinateJob.objects.filter(status="todo", queueing_lock=f"bulk.run.{run.pk}")
    assert waiting.count() == 1 and again(run).done == 0
    settings.BULK_SLICE_SECONDS = 30.0
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    work_through_queue(concurrency=1, wait=False)
    assert (again(run).state, again(run).done) == ("finished", 12)


def test_a_run_that_nobody_works_on_is_handed_over_again(started):
    ProcrastinateJob.objects.filter(queueing_lock=f"bulk.run.{started.pk}")
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("UPDATE bulk_bulkrun SET heartbeat_at = now() - interval '1 hour'")
    look_after(timestamp=0)
    look_after(timestamp=1)
    waiting = ProcrastinateJob.objects.filter(queueing_lock=f"bulk.run.{started.pk}")
    assert waiting.count() == 1


def test_old_runs_are_forgotten_and_their_events_stay(started):
    work(started.pk, 60)
    parent = started.parent_event
    BulkRun.objects.update(created_at="2020-01-01T00:00:00Z")
    forget(timestamp=0)
    assert not BulkRun.objects.exists()
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bulk_bulkitem")
        assert cursor.fetchone() == (0,)
    assert Event.objects.get(pk=parent).reason == REASON
