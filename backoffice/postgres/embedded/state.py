"""What a cluster must remember before it first runs: ports, passwords, secrets."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backoffice.postgres.exceptions import ClusterError


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file, between processes; waits for whoever holds it."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Make a folder and the missing ones above it passable, whatever the umask is.

    PostgreSQL's account has to pass through them when root runs the cluster.
    """
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        path.chmod(0o755)


class State:
    """A small JSON file, readable by its owner only, replaced as a whole and never written in part.

    Reading takes no lock. Two processes that both find a value missing agree on one, because the
    value is made under a lock.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "state.json"

    def get(self, key: str, default: Any = None) -> Any:
        """The remembered value of `key`, or `default`."""
        return self._read().get(key, default)

    def all(self) -> dict[str, Any]:
        """Everything that is remembered."""
        return self._read()

    def get_or_make(self, key: str, make: Callable[[dict[str, Any]], Any]) -> Any:
        """The remembered value of `key`; when there is none, `make` is given the whole state."""
        known = self._read()
        if key not in known:
            with self._locked():
                known = self._read()
                if key not in known:
                    self._write({**known, key: make(known)})
                    known = self._read()
        return known[key]

    def set(self, key: str, value: Any) -> None:
        """Remember `value`."""
        with self._locked():
            self._write({**self._read(), key: value})

    def forget(self, key: str) -> None:
        """Remember no value of `key`."""
        with self._locked():
            self._write({name: value for name, value in self._read().items() if name != key})

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            make_folder(self.folder)
            with locked(self.folder / "state.lock"):
                yield
        except PermissionError as error:
            raise self._belongs_to_another() from error

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except PermissionError as error:
            raise self._belongs_to_another() from error
        except ValueError as error:
            raise ClusterError(
                f"{self.path} is damaged ({error}). Delete {self.folder} to start afresh."
            ) from error
        return dict(found)

    def _write(self, values: dict[str, Any]) -> None:
        draft = self.path.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(values, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)

    def _belongs_to_another(self) -> ClusterError:
        return ClusterError(
            f"{self.folder} belongs to another user. Run as that user, or set BACKOFFICE_DATA to a"
            " folder of your own."
        )
