"""The demo's child processes: started, watched, ended; leftovers of a killed demo found."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings

from backoffice.postgres.embedded.state import make_folder

# How long a child may take to end before it is killed, seconds.
PATIENCE = 5
# How long after its last start one that is started again may be, seconds: it may die at once.
BREATH = 3
_PR_SET_PDEATHSIG = 1


class AlreadyRunning(Exception):
    """Another demo of this checkout holds the record; the message is what it says of itself."""


class Children:
    """The processes of one demo, and a record of them that outlives a kill.

    The record's lock says whether a demo runs: the system lets go of it however the demo ends. A
    process in it is believed only when its start time is the recorded one, since pids are reused.

    Args: folder: where the record is kept.
    """

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._path = folder / "demo.json"
        self._lock = os.open(folder / "demo.lock", os.O_CREAT | os.O_RDWR, 0o600)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lasting: dict[str, Callable[[], None]] = {}
        self._started: dict[str, float] = {}
        self._address = ""
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise AlreadyRunning(self._recorded().get("address", "")) from None

    def end_leftovers(self) -> int:
        """End what a demo that was killed left running; how many that were."""
        left = [p for entry in self._recorded().get("children", []) if (p := _living(*entry))]
        for process in left:
            process.terminate()
        for process in psutil.wait_procs(left, timeout=PATIENCE)[1]:
            process.kill()
        self._path.unlink(missing_ok=True)
        return len(left)

    def start(
        self,
        name: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        lasting: bool = False,
    ) -> None:
        """Start a Python process in a session of its own: a Ctrl-C reaches it through us only.

        Args: lasting: whether it is started again when it ends by itself.
        """
        if lasting:
            self._lasting[name] = partial(self.start, name, arguments, environment, lasting)
        self._running[name] = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        self._started[name] = time.monotonic()
        self.record()

    def record(self, address: str = "") -> None:
        """Note what runs, and where the demo is."""
        self._address = address or self._address
        entries = []
        for child in self._running.values():
            try:
                entries.append((child.pid, psutil.Process(child.pid).create_time()))
            except psutil.NoSuchProcess:
                continue  # It has ended already; `ended` will say so.
        draft = self._path.with_suffix(".new")
        draft.write_text(
            json.dumps({"address": self._address, "children": entries}), encoding="utf-8"
        )
        draft.replace(self._path)

    def ended(self) -> str:
        """The name of a child that has ended by itself, with its exit code; "" while all run.

        A lasting one is started again instead.
        """
        for name, child in list(self._running.items()):
            if child.poll() is None:
                continue
            if name not in self._lasting:
                return f"{name} (exit code {child.returncode})"
            if time.monotonic() - self._started[name] > BREATH:
                self._lasting[name]()
        return ""

    def stop(self) -> None:
        """End all children, the last one first, and forget them."""
        for child in reversed(self._running.values()):
            child.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in self._running.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._running.clear()
        self._path.unlink(missing_ok=True)

    def _recorded(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return dict(found)


def _living(pid: int, started: float) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < 0.01
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def _end_with_parent() -> None:
    """On Linux a child is told to end when the demo dies, even by a kill."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
