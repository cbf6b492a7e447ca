"""A batch that fails is halved until only the records that are to blame are left."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from backoffice.operations.bulk.signals import Broken, Interrupted, Stopped, Unfit
from backoffice.operations.bulk.trouble import is_broken, is_busy
from backoffice.operations.exceptions import OperationError

# How often a batch waits for others who hold its records, and how long each time, seconds.
TRIES, PAUSE = 4, 0.5
Do = Callable[[list[int]], None]
Blame = Callable[[Mapping[int, str], bool], None]


def done_by_halves(keys: Sequence[int], do: Do, blame: Blame) -> None:
    """Do these records together, or in ever smaller parts.

    Args:
        do: one transaction for all of its keys, or nothing.
        blame: notes why records cannot be done; told whether they were no targets at all.
    """
    waiting = [list(keys)]
    while waiting:
        part = waiting.pop()
        try:
            _patiently(part, do)
        except Unfit as error:
            blame(error.reasons, True)
            rest = [key for key in part if key not in error.reasons]
            if rest:
                waiting.append(rest)
        except (Interrupted, Stopped):
            raise
        except OperationError as error:
            if len(part) == 1:
                blame({part[0]: str(error.message)}, False)
            else:
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]


def _patiently(part: list[int], do: Do) -> None:
    left = TRIES
    while True:
        try:
            return do(part)
        except OperationError as error:
            if is_broken(error):
                raise Broken from error
            left -= 1
            if not left or not is_busy(error):
                raise
            time.sleep(PAUSE)
