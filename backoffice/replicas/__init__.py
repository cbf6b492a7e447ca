"""Which database a query goes to: see router.py and middleware.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def use_primary() -> Iterator[None]:
    """Everything inside reads from the primary."""
    yield


def note_write(using: str = "default") -> None:
    """Called after a commit: the reader's later reads must have seen it."""
