"""Background work on the real queue: enqueued with the change, done once, rescued, steered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connections, transaction
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.models import Event
from audit.seals import newest_seal
from backoffice.activity.tasks import seal
from backoffice.jobs import queue
from backoffice.jobs.worker import work
from tests.harness.template import ROOT

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


@pytest.fixture
def failed(committed_db):
    """A job that has failed."""
    job = seal.defer(timestamp=0)
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job])
    return job


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


def test_the_job_of_a_killed_worker_is_done_again(committed_db):
    seal.defer(timestamp=0)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - interval '1 minute') RETURNING id"
        )
        worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker])
    app.configure_task("backoffice.jobs.tasks.rescue").defer(timestamp=0)
    work(concurrency=1, wait=False)
    assert states()["backoffice.activity.tasks.seal"] == "succeeded"


def test_a_worker_process_ends_cleanly_when_it_is_told_to(committed_db):
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
    process = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=environment)
    deadline = time.monotonic() + 30
    while not queue.health().works and time.monotonic() < deadline:
        time.sleep(0.1)
    assert queue.health().works
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
