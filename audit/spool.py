"""Reads that wait to be delivered: lines of JSON in a folder that outlives the process.

A *segment* is one file. The process that appends to it holds its lock, so that nobody delivers it
meanwhile; when the process lets go, by itself or because it was killed, any other takes it over.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

logger = logging.getLogger(__name__)

SEGMENT_BYTES = 1_000_000
MOST_SEGMENTS = 10_000
# How long a folder that was found full is believed to be, seconds.
FULL_FOR = 1.0
LOST = "lost.json"
NAME = re.compile(r"([0-9]{20})-[0-9]+\.jsonl")
# The count is written over itself in as many bytes, so that a full disk takes it, too.
LOST_BYTES = 128


class SpoolFull(Exception):
    """The folder of waiting reads holds as much as it may."""


@dataclass(frozen=True)
class Waiting:
    """What waits in the folder: `oldest` is the age of the oldest segment, seconds."""

    segments: int
    size: int
    oldest: float


class Spool:
    """A folder of segments.

    Args: folder: where; made when it is missing. limit: how many bytes it may hold.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder, self.limit = folder, limit
        self._lock = threading.Lock()
        self._own: IO[bytes] | None = None
        self._written = 0
        self._full_until = 0.0

    def append(self, line: bytes) -> None:
        """Keep one line: it outlives this process. SpoolFull or OSError when it cannot be kept."""
        with self._lock:
            if self._own is not None and self._written >= SEGMENT_BYTES:
                self._let_go()
            if self._own is None:
                self._own, self._written = self._begin(), 0
            self._write(self._own, line + b"\n")

    def _write(self, own: IO[bytes], line: bytes) -> None:
        """The whole line, or nothing of it: a disk that fills up takes a part."""
        try:
            if own.write(line) != len(line):
                raise OSError(f"{own.name} took only a part of a line.")
        except OSError:
            with suppress(OSError):
                own.truncate(self._written)
            if not self._written:
                # Or else a full disk would be strewn with empty files, one for each read.
                with suppress(OSError):
                    Path(own.name).unlink()
            self._let_go()
            self._full_until = time.monotonic() + FULL_FOR
            raise
        self._written += len(line)

    def let_go(self) -> None:
        """What was appended until now may be delivered by anyone."""
        with self._lock:
            self._let_go()

    def sync(self) -> None:
        """What was appended until now outlives the machine's failure, too."""
        with self._lock:
            copy = os.dup(self._own.fileno()) if self._own is not None else None
        if copy is not None:
            # Outside of the lock: the disk may take its time, and a reader shall not wait for it.
            os.fsync(copy)
            os.close(copy)

    def abandon(self) -> None:
        """In a forked child: the segment is the parent's, who holds its lock."""
        if self._own is not None:
            os.close(self._own.fileno())

    def _let_go(self) -> None:
        if self._own is not None:
            self._own.close()
            self._own = None

    def _begin(self) -> IO[bytes]:
        self._refuse_when_full()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            path = self.folder / f"{time.time_ns():020d}-{os.getpid()}.jsonl"
            # Unbuffered: a killed process has lost nothing that it has written.
            file = path.open("xb", buffering=0)
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:
                return file
            # Someone took the empty file for a finished one between the two calls.
            file.close()

    def _refuse_when_full(self) -> None:
        if time.monotonic() < self._full_until:
            raise SpoolFull
        waiting = self.waiting()
        if waiting.size >= self.limit or waiting.segments >= MOST_SEGMENTS:
            self._full_until = time.monotonic() + FULL_FOR
            raise SpoolFull

    def waiting(self) -> Waiting:
        """How much waits, segments that are still appended to included."""
        sizes, times = [], []
        for path in self._paths():
            with suppress(FileNotFoundError):
                sizes.append(path.stat().st_size)
                times.append(_began(path))
        oldest = time.time() - min(times) if times else 0.0
        return Waiting(len(sizes), sum(sizes), max(0.0, oldest))

    def _paths(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("*.jsonl") if NAME.fullmatch(path.name))

    def finished(self) -> Iterator[Segment]:
        """Every segment that nobody appends to, oldest first, each locked while it is looked at.

        One that cannot be opened, as it may be another user's, keeps no other back.
        """
        for path in self._paths():
            try:
                file = path.open("r+b")
            except FileNotFoundError:
                continue
            except OSError as error:
                logger.error("Reads wait where they cannot be taken from: %s", error)
                continue
            with file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                if os.fstat(file.fileno()).st_nlink:
                    yield Segment(path, file)

    @contextmanager
    def lost(self) -> Iterator[Lost]:
        """The count of what could not be kept, for this process alone while it is looked at."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(self.folder / LOST, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(opened, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            lost = Lost.read(file)
            before = lost.count
            yield lost
            if lost.count != before:
                lost.write(file)

    def lost_count(self) -> int:
        """How many reads were lost and not yet reported."""
        try:
            return Lost.parse((self.folder / LOST).read_bytes()).count
        except OSError:
            # None was counted, or none can be: that the folder cannot be used is said elsewhere.
            return 0


def _began(path: Path) -> float:
    """When a segment was begun, by its name."""
    return int(path.name.partition("-")[0]) / 1e9


@dataclass(frozen=True)
class Segment:
    """A finished file of lines, locked for whoever holds it."""

    path: Path
    file: IO[bytes]

    def batches(self, size: int) -> Iterator[list[bytes]]:
        """Its lines, so many at a time; blank ones left out."""
        batch: list[bytes] = []
        for line in self.file:
            if line.strip():
                batch.append(line.strip())
            if len(batch) == size:
                yield batch
                batch = []
        if batch:
            yield batch

    def sync(self) -> None:
        os.fsync(self.file.fileno())

    def remove(self) -> None:
        """All of it is delivered."""
        self.path.unlink()


@dataclass
class Lost:
    """How many reads could not be kept; `key` makes their one report unique."""

    count: int = 0
    key: str = ""

    @classmethod
    def read(cls, file: IO[bytes]) -> Lost:
        file.seek(0)
        return cls.parse(file.read(1_000))

    @classmethod
    def parse(cls, text: bytes) -> Lost:
        try:
            found = json.loads(text or b"{}")
            return cls(int(found.get("count", 0)), str(found.get("key", "")))
        except (ValueError, AttributeError):
            # Torn by a failing disk: at least one was lost, or nobody would have written it.
            return cls(1)

    def write(self, file: IO[bytes]) -> None:
        file.seek(0)
        file.write(json.dumps({"count": self.count, "key": self.key}).encode().ljust(LOST_BYTES))
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
