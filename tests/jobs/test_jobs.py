"""Background work on the real queue: enqueued with the change, done once, rescued, steered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from django.db import connections, transaction
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from audit.models import Event
from audit.seals import newest_seal
from backoffice.activity.tasks import seal
from backoffice.jobs import queue
from backoffice.jobs.models import Failure
from backoffice.jobs.tasks import forget
from backoffice.jobs.worker import work
from tests.harness.template import ROOT

TASK = "backoffice.activity.tasks.seal"
BACKEND = "backoffice.accounts.google.GoogleSignIn"


def states():
    return dict(ProcrastinateJob.objects.values_list("task_name", "status"))


@pytest.fixture
def signed_in(people):
    def browser(name):
        client = Client(headers={"accept-language": "en"})
        client.force_login(people[name], backend=BACKEND)
        return client

    return browser


def until(condition, patience=30):
    """Whether something comes true within so many seconds."""
    deadline = time.monotonic() + patience
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


@pytest.fixture
def start_worker(committed_db):
    """Starts `manage.py worker` on the test's database; what still runs is killed afterwards."""
    environment = {
        **os.environ,
        "DATABASE_URL": committed_db.url(),
        "MIGRATION_DATABASE_URL": committed_db.url("owner"),
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "localhost",
        "GOOGLE_CLIENT_ID": "id",
        "GOOGLE_CLIENT_SECRET": "secret",
        "GOOGLE_HOSTED_DOMAINS": "example.com",
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
    }
    started = []

    def start():
        command = [sys.executable, "manage.py", "worker"]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def failed(committed_db):
    """A job that has failed."""
    job = seal.defer(timestamp=0)
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job])
    return job


@app.task(name="tests.jobs.break")
def breaks():
    raise ValueError("the shelf\nis empty")


def test_why_a_job_failed_is_kept_shown_and_forgotten_with_it(committed_db, signed_in):
    job = breaks.defer()
    work(concurrency=1, wait=False)
    assert ProcrastinateJob.objects.get(pk=job).status == "failed"
    assert Failure.objects.get().problem == "ValueError: the shelf is empty"
    assert "ValueError: the shelf is empty" in signed_in("otis").get("/jobs/").content.decode()
    forget.defer(timestamp=0)
    work(concurrency=1, wait=False)
    assert Failure.objects.count() == 1
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job])
    forget.defer(timestamp=1)
    work(concurrency=1, wait=False)
    assert Failure.objects.count() == 0


def test_a_rolled_back_change_leaves_no_job(committed_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        seal.defer(timestamp=0)
        assert ProcrastinateJob.objects.count() == 1
        raise ZeroDivisionError
    assert ProcrastinateJob.objects.count() == 0


def test_the_worker_does_what_was_committed(site):
    seal.defer(timestamp=0)
    work(concurrency=1, wait=False)
    assert states()["backoffice.activity.tasks.seal"] == "succeeded"
    assert newest_seal().events > 0


@pytest.fixture
def left(committed_db):
    """A job that its worker, not heard of for a minute, has left undone."""
    job = seal.defer(timestamp=0)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - interval '1 minute') RETURNING id"
        )
        worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker])
    return job


def rescued():
    with suppress(AlreadyEnqueued):
        app.configure_task("backoffice.jobs.tasks.rescue").defer(timestamp=0)
    work(concurrency=1, wait=False)


def done_again(job):
    """Whether its work was done: by itself, or by its next turn, which the minute may bring."""
    status = ProcrastinateJob.objects.get(pk=job).status
    done = ProcrastinateJob.objects.filter(task_name=TASK, status="succeeded").exists()
    return done and status in {"succeeded", "aborted"}


def test_a_job_that_was_left_is_done_again(left):
    rescued()
    assert done_again(left)


def test_a_job_that_was_left_makes_way_for_its_next_turn(left):
    following = seal.defer(timestamp=1)
    app.configure_task("backoffice.jobs.tasks.rescue", priority=9).defer(timestamp=0)
    rescued()
    assert ProcrastinateJob.objects.get(pk=left).status == "aborted"
    assert ProcrastinateJob.objects.get(pk=following).status == "succeeded"
    assert states()["backoffice.jobs.tasks.rescue"] == "succeeded"


def test_a_worker_that_is_killed_at_its_work_loses_no_job(site, role_connection, start_worker):
    with role_connection("owner").transaction() as held:
        # The job cannot end while somebody else holds the chain of seals.
        held.connection.execute("LOCK TABLE audit_seal IN ACCESS EXCLUSIVE MODE")
        job = seal.defer(timestamp=0)
        process = start_worker()
        assert until(lambda: ProcrastinateJob.objects.get(pk=job).status == "doing")
        process.kill()
        process.wait(10)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
        )
    assert ProcrastinateJob.objects.get(pk=job).status == "doing"
    rescued()
    assert done_again(job)
    assert newest_seal().events > 0


def test_a_worker_process_ends_cleanly_when_it_is_told_to(committed_db, start_worker):
    process = start_worker()
    assert until(lambda: queue.health().works)
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0


def test_health_says_that_no_worker_has_ever_run(committed_db):
    found = queue.health()
    assert (found.heard, found.works, found.waiting) == (None, False, 0)
    seal.defer(timestamp=0)
    assert queue.health().waiting == 1


def test_the_page_shows_jobs_to_those_who_may(failed, signed_in):
    page = signed_in("otis").get("/jobs/").content.decode()
    assert "backoffice.activity.tasks.seal" in page
    assert "No worker has ever run." in page
    assert "Try again" not in page
    assert signed_in("vera").get("/jobs/").status_code == 403


@pytest.mark.parametrize("query", ["?state=odd", "?before=x", "?before=-1"])
def test_a_list_that_cannot_be_read_is_refused(committed_db, signed_in, query):
    assert signed_in("ada").get(f"/jobs/{query}").status_code == 400


def test_a_failed_job_is_tried_again_with_an_event(failed, signed_in):
    assert signed_in("otis").post(f"/jobs/{failed}/retry/").status_code == 403
    assert ProcrastinateJob.objects.get(pk=failed).status == "failed"
    signed_in("ada").post(f"/jobs/{failed}/retry/")
    assert ProcrastinateJob.objects.get(pk=failed).status == "todo"
    event = Event.objects.get(name="job.retried")
    assert event.params == {"job": failed, "task": "backoffice.activity.tasks.seal"}


def test_a_failed_job_whose_next_turn_waits_is_not_tried_again(failed, signed_in):
    seal.defer(timestamp=1)
    shown = signed_in("ada").post(f"/jobs/{failed}/retry/", follow=True).content.decode()
    assert "The next turn of this job waits already." in shown
    assert ProcrastinateJob.objects.get(pk=failed).status == "failed"
    assert not Event.objects.filter(name="job.retried").exists()


def test_a_waiting_job_is_called_off_with_an_event(committed_db, signed_in):
    job = seal.defer(timestamp=0)
    ada = signed_in("ada")
    ada.post(f"/jobs/{job}/cancel/")
    assert ProcrastinateJob.objects.get(pk=job).status == "cancelled"
    assert Event.objects.filter(name="job.cancelled").count() == 1
    ada.post(f"/jobs/{job}/cancel/")
    assert Event.objects.filter(name="job.cancelled").count() == 1
    assert ada.post("/jobs/999999/cancel/").status_code == 404
    assert ada.get(f"/jobs/{job}/cancel/").status_code == 405
