"""Why work on a batch, or on a whole run, ends early."""

from __future__ import annotations

from collections.abc import Mapping

from backoffice.operations.exceptions import OperationError


class Interrupted(OperationError):
    """The run was paused, called off, or belongs to another worker: nothing of the batch stays."""


class Stopped(OperationError):
    """The run cannot go on at all; the message says why."""


class Unfit(OperationError):
    """Some records of a batch cannot be done: `reasons` by key. The rest is tried without them."""

    def __init__(self, reasons: Mapping[int, str]) -> None:
        super().__init__("")
        self.reasons = dict(reasons)


class Broken(Exception):
    """The connection to the primary is lost, or it takes no writes: another one is needed."""
