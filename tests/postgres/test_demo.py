"""The demo's children: one demo at a time, nothing left behind, whatever ended it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from backoffice.postgres.demo.children import AlreadyRunning, Children
from backoffice.postgres.demo.ports import free_port

SLEEP = ["-c", "import time; time.sleep(60)"]
DEAF = ["-c", "import signal, time; signal.signal(15, signal.SIG_IGN); print(); time.sleep(60)"]
# A demo that is killed once its child runs.
KILLED = """
import os, pathlib, signal, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.settings"
from backoffice.postgres.demo import children
children._end_with_parent = lambda: None  # As on a system without it.
made = children.Children(pathlib.Path(sys.argv[1]))
made.start("sleeper", ["-c", "import time; time.sleep(60)"], {})
print(made._running["sleeper"].pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def children(tmp_path):
    made = Children(tmp_path)
    yield made
    made.stop()


def pid_of(children, name):
    return children._running[name].pid


def test_it_says_which_child_has_ended(children):
    children.start("sleeper", SLEEP, {})
    children.start("brief", ["-c", "raise SystemExit(3)"], {})
    deadline = time.monotonic() + 10
    while not children.ended() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert children.ended() == "brief (exit code 3)"


def test_a_lasting_child_is_started_again(children, monkeypatch):
    monkeypatch.setattr("backoffice.postgres.demo.children.BREATH", 0)
    children.start("worker", SLEEP, {}, lasting=True)
    first = pid_of(children, "worker")
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while pid_of(children, "worker") == first and time.monotonic() < deadline:
        assert children.ended() == ""
        time.sleep(0.05)
    assert pid_of(children, "worker") != first
    children.record("http://127.0.0.1:1/")
    second = pid_of(children, "worker")
    children.stop()
    assert not psutil.pid_exists(second)


def test_it_ends_all_its_children(children, monkeypatch):
    monkeypatch.setattr("backoffice.postgres.demo.children.PATIENCE", 1)
    children.start("sleeper", SLEEP, {})
    children.start("deaf", DEAF, {})
    pids = [pid_of(children, name) for name in ("sleeper", "deaf")]
    time.sleep(0.3)
    children.stop()
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_it_refuses_to_run_twice_and_says_where_the_other_is(children, tmp_path):
    children.record("http://127.0.0.1:8000/")
    with pytest.raises(AlreadyRunning, match="http://127.0.0.1:8000/"):
        Children(tmp_path)


def test_it_ends_what_a_killed_demo_left(tmp_path):
    said = tmp_path / "said"
    with said.open("w") as file:
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, str(tmp_path)],
            cwd=settings.BASE_DIR, stdout=file, stderr=file, check=False,
        )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, said.read_text()
    left = psutil.Process(int(said.read_text()))
    assert left.status() != psutil.STATUS_ZOMBIE
    assert Children(tmp_path).end_leftovers() == 1
    assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE


def test_it_ends_nobody_who_took_a_recorded_pid(tmp_path, children):
    children.start("sleeper", SLEEP, {})
    path = tmp_path / "demo.json"
    path.write_text(
        path.read_text().replace(f"[{pid_of(children, 'sleeper')}, ", f"[{os.getpid()}, ")
    )
    assert children.end_leftovers() == 0


def test_it_takes_the_wanted_port_when_it_is_free():
    port = free_port()
    assert free_port(port) == port


def test_it_refuses_to_run_on_a_database_of_production(settings):
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="Unset DATABASE_URL"):
        call_command("demo")
