"""A cluster of its own, processes that work on it, and whoever kills them at random moments."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psutil
import psycopg
from django.conf import settings

from backoffice.postgres.cluster import Cluster
from backoffice.postgres.embedded.binaries import package
from tests.harness import databases

WORK = ("operate", "operate", "write", "seal")
FEW = ("operate", "write", "seal")


class Stage:
    """The processes on a durable cluster: nothing that was confirmed may be lost."""

    def __init__(self, folder: Path, rng: Random) -> None:
        self.folder = folder
        self.rng = rng
        self.cluster = Cluster(folder / "cluster")
        self.workers: list[tuple[str, subprocess.Popen[bytes]]] = []
        self.kills: list[str] = []
        self._outputs: list[Path] = []
        self.variables: dict[str, str] = {}

    def prepare(self, work: tuple[str, ...], content: str = "prepare") -> None:
        self.cluster.start("primary")
        template = databases.cluster().url("primary", "superuser", os.environ[databases.TEMPLATE])
        programs = package() / "pginstall" / "bin"
        dumped = subprocess.run(
            [programs / "pg_dump", template], capture_output=True, check=True, timeout=120
        )
        subprocess.run(
            [programs / "psql", self.url(), "-X", "-q", "-v", "ON_ERROR_STOP=1"],
            input=dumped.stdout, stdout=subprocess.DEVNULL, check=True, timeout=120,
        )  # fmt: skip
        subprocess.run(self._command(content), env=self._environment(), check=True, timeout=60)
        for each in work:
            self._start(each)

    def url(self, role: str = "superuser") -> str:
        return self.cluster.url("primary", role)

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url(), autocommit=True, connect_timeout=10)

    def kill_something(self, kind: str = "") -> None:
        """After a random while of work, end one of the three kinds of process the hard way."""
        said = self._said()
        deadline = time.monotonic() + 30
        # Whoever was killed before has come back, and all do something again.
        while self._said() < said + 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self._said() > said, f"nobody works any more:\n{self.complaints()}"
        time.sleep(self.rng.uniform(0, 0.3))
        self.kill(kind)

    def kill(self, kind: str = "") -> None:
        """End one of the three kinds of process at once."""
        ways = {
            "server": self._kill_server,
            "worker": self._kill_worker,
            "backend": self._kill_backend,
        }
        kind = kind or self.rng.choice(list(ways))
        ways[kind]()
        self.kills.append(kind)

    def _kill_server(self) -> None:
        home = Path(self.cluster.state.get("home"))
        pid = int((home / "primary" / "postmaster.pid").read_text().split()[0])
        backends = psutil.Process(pid).children()
        os.kill(pid, signal.SIGKILL)
        # They notice by themselves; as long as one holds the port, a start would choose another.
        psutil.wait_procs(backends, timeout=20)
        self.cluster.start("primary")

    def _kill_worker(self) -> None:
        number = self.rng.randrange(len(self.workers))
        work, process = self.workers.pop(number)
        process.kill()
        process.wait(10)
        self._start(work)

    def _kill_backend(self) -> None:
        with self.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN "
                "('console', 'product') ORDER BY state = 'active' DESC, random() LIMIT 1"
            )

    def end(self) -> None:
        """Kill everyone, server included, and start the server again."""
        for _, process in self.workers:
            process.kill()
        for _, process in self.workers:
            process.wait(10)
        self.workers.clear()
        self._kill_server()

    def confirmed(self) -> list[dict[str, Any]]:
        """Everything that the workers were told was done, half a last line left out."""
        lines = [line for path in self._outputs for line in path.read_text().splitlines(True)]
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def _said(self) -> int:
        return sum(path.read_bytes().count(b'"event"') for path in self._outputs)

    def complaints(self) -> str:
        """What the workers wrote to stderr, for a person to read."""
        errors = [path.with_suffix(".err").read_text()[-1500:] for path in self._outputs]
        return "\n".join(filter(None, errors))

    def _start(self, work: str) -> None:
        path = self.folder / f"{len(self._outputs)}.out"
        self._outputs.append(path)
        with path.open("wb") as file, path.with_suffix(".err").open("wb") as errors:
            process = subprocess.Popen(
                self._command(work), env=self._environment(), stdout=file, stderr=errors
            )
        self.workers.append((work, process))

    def _command(self, work: str) -> list[str]:
        return [sys.executable, "-m", "tests.endurance.worker", work, str(self.rng.random())]

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {"BACKOFFICE_DATA": str(self.folder), "PYTHONPATH": str(settings.BASE_DIR)}
        return {**kept, **own, **self.variables}


@contextmanager
def stage(
    seed: str, work: tuple[str, ...] = WORK, content: str = "prepare", **variables: str
) -> Iterator[Stage]:
    """A stage with people, content and workers; all of it is gone afterwards.

    Args: variables: of the workers' environment.
    """
    made = Stage(Path(settings.DATA_DIR) / f"kills-{uuid.uuid4().hex[:8]}", Random(seed))
    made.folder.mkdir()
    made.variables.update(variables)
    try:
        made.prepare(work, content)
        yield made
    finally:
        for _, process in made.workers:
            process.kill()
            process.wait(10)
        made.cluster.remove()
        shutil.rmtree(made.folder)


def kept_its_word(made: Stage) -> list[str]:
    """What was confirmed and is not there, after all were killed."""
    from audit.models import Outcome

    missing = []
    with made.connect() as connection:
        for said in made.confirmed():
            if "event" in said:
                row = connection.execute(
                    "SELECT outcome, target_count FROM audit_event WHERE id = %s", [said["event"]]
                ).fetchone()
                if row != (Outcome.SUCCEEDED, said["targets"]):
                    missing.append(f"event {said['event']}: {row}")
            elif said.get("mark"):
                number, _, link = said["mark"].partition(":")
                row = connection.execute(
                    "SELECT encode(chain, 'hex') FROM audit_seal WHERE id = %s", [number]
                ).fetchone()
                if row != (link,):
                    missing.append(f"seal {number}: {row}")
    return missing
