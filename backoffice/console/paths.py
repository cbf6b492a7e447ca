"""Paths of pages that one page links to many times: as `reverse` makes them, at a part of its cost.

    path_of("entities-record", 42, before=("books",))

What varies from link to link is the id; what stands around it is worked out once.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from django.urls import get_script_prefix, reverse

_MARK = "~id~"


def path_to(name: str) -> str:
    """The path of a page that needs no arguments."""
    return _path(get_script_prefix(), name)


@lru_cache(maxsize=500)
def _path(prefix: str, name: str) -> str:
    return reverse(name)


def path_of(
    name: str, pk: object, before: tuple[str, ...] = (), after: tuple[str, ...] = ()
) -> str:
    """The path of that name, with the id among its other arguments.

    Args: before, after: the arguments that stand before and after the id; few and ever the same.
    """
    head, tail = _around(get_script_prefix(), name, before, after)
    return f"{head}{quote(str(pk), safe='~:@')}{tail}"


@lru_cache(maxsize=2_000)
def _around(
    prefix: str, name: str, before: tuple[str, ...], after: tuple[str, ...]
) -> tuple[str, str]:
    """What stands before and after the id, below the prefix that the server is mounted at."""
    head, _mark, tail = reverse(name, args=[*before, _MARK, *after]).partition(_MARK)
    return head, tail
