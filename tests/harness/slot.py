"""Each run of the tests has a folder to itself, so that runs do not meet each other or the demo."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from backoffice.postgres.embedded.state import make_folder

# Set by the first process of a run; its workers and their children use the same folder.
VARIABLE = "BACKOFFICE_TEST_SLOT"
SLOTS = 32
_held: list[int] = []


def take(root: Path) -> Path:
    """The first folder below `root` that no other run holds; it is held until this process ends.

    Folders are used again, so that a second run finds its cluster and its template made.
    """
    inherited = os.environ.get(VARIABLE)
    if inherited:
        return Path(inherited)
    make_folder(root)
    for number in range(1, SLOTS + 1):
        if _hold(root / f"{number}.lock"):
            folder = root / str(number)
            os.environ[VARIABLE] = str(folder)
            return folder
    raise RuntimeError(f"{SLOTS} runs of the tests hold {root}. End some of them.")


def _hold(path: Path) -> bool:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    _held.append(descriptor)
    return True
