"""Alerts leave by webhook and mail: tried again until they are taken, told apart by their key."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from audit import alert_rules
from backoffice import env
from backoffice.alerts import delivery
from backoffice.alerts.evaluating import evaluate
from backoffice.alerts.models import Alert, Delivery
from backoffice.alerts.ways import NotTaken
from backoffice.jobs.worker import work

TASK = "backoffice.alerts.tasks.deliver"


class Receiver(HTTPServer):
    """Answers each post by the next status, the last one again and again."""

    def __init__(self, *statuses):
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses, self.taken = list(statuses), []
        self.url = f"http://127.0.0.1:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.taken.append((self.path, body))
        statuses = self.server.statuses
        self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
        self.send_header("location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def receive(settings):
    servers = []

    def listen(*statuses):
        servers.append(Receiver(*statuses))
        Thread(target=servers[-1].serve_forever, args=(0.05,), daemon=True).start()
        settings.SLACK_WEBHOOK_URL = servers[-1].url
        return servers[-1]

    yield listen
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def fire(remove, settings):
    settings.ALERT_REMOVALS_PER_HOUR, settings.CONSOLE_URL = 5, "https://console.example.com"
    # The worker evaluates too: nothing else shall be told of.
    settings.ALERT_ROLE_CHANGES_PER_HOUR = 1_000

    def make():
        remove(6)
        (alert,) = evaluate(alert_rules.get("mass_removal"), timezone.now())
        return alert

    return make


def run_due_jobs():
    """Do what waits, as if its time had come."""
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    work(concurrency=1, wait=False)


def test_a_webhook_that_fails_twice_takes_it_the_third_time(fire, receive):
    hook = receive(500, 503, 200)
    alert = fire()
    for attempts, state in ((1, "waiting"), (2, "waiting"), (3, "sent"), (3, "sent")):
        run_due_jobs()
        sent = Delivery.objects.get()
        assert (sent.way, sent.attempts, sent.state) == ("webhook", attempts, state)
    assert [path for path, _body in hook.taken] == ["/hook"] * 3
    assert hook.taken[0] == hook.taken[2]
    assert sent.problem == ""
    assert ProcrastinateJob.objects.get(task_name=TASK).status == "succeeded"
    body = hook.taken[2][1]
    assert body["blocks"][0]["block_id"] == f"alert-{alert.pk}"
    assert f"https://console.example.com/alerts/{alert.pk}/" in body["text"]
    assert "6" in body["text"]


def test_a_message_names_no_member(fire, receive):
    hook = receive(200)
    fire()
    run_due_jobs()
    assert "이지호" not in json.dumps(hook.taken, ensure_ascii=False)
    assert "jiho" in json.dumps(hook.taken)


def test_it_follows_no_redirect(fire, receive):
    hook = receive(302)
    fire()
    with pytest.raises(NotTaken, match="302"):
        delivery.send(Delivery.objects.get().pk, is_last=False)
    assert [path for path, _body in hook.taken] == ["/hook"]


def test_what_failed_for_good_is_kept_with_its_reason_and_shown(fire, receive, signed_in):
    receive(500)
    alert = fire()
    with pytest.raises(NotTaken):
        delivery.send(Delivery.objects.get().pk, is_last=True)
    failed = Delivery.objects.get()
    assert (failed.state, failed.attempts) == ("failed", 1)
    page = signed_in("otis").get(f"/alerts/{alert.pk}/").content.decode()
    assert "The webhook answered 500" in page


def test_mail_has_the_key_and_the_link(fire, settings):
    settings.ALERT_EMAILS = ["ops@example.com", "lead@example.com"]
    alert = fire()
    run_due_jobs()
    (message,) = mail.outbox
    assert message.to == ["ops@example.com", "lead@example.com"]
    assert message.extra_headers["Message-ID"] == f"<alert-{alert.pk}@console.example.com>"
    assert f"https://console.example.com/alerts/{alert.pk}/" in message.body
    assert "이지호" not in message.body + message.subject
    run_due_jobs()
    assert len(mail.outbox) == 1


def test_without_an_address_nothing_is_sent(fire):
    fire()
    assert (Alert.objects.count(), Delivery.objects.count()) == (1, 0)


@pytest.mark.parametrize("url", ["http://example.com/x", "ftp://127.0.0.1/", "https://", "word"])
def test_a_webhook_elsewhere_must_be_https(monkeypatch, url):
    monkeypatch.setenv("SLACK_WEBHOOK_URL", url)
    with pytest.raises(ImproperlyConfigured, match="SLACK_WEBHOOK_URL"):
        env.webhook("SLACK_WEBHOOK_URL")


def test_a_mail_server_is_named_by_one_url(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://me%40x:p%2Fw@mail.example.com")
    found = env.mail("EMAIL_URL")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.com", 587)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("me@x", "p/w")
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (True, False)
    for wrong in ("mail.example.com", "smtp://", "smtp://x:port"):
        monkeypatch.setenv("EMAIL_URL", wrong)
        with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
            env.mail("EMAIL_URL")
