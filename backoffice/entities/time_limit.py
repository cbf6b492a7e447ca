"""A short time limit for the statements of one search or list: a page is late, never stuck."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.db import OperationalError, connections, transaction
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled


class TookTooLong(Exception):
    """The database took too long to answer. Narrow the search and try again."""

    def __init__(self) -> None:
        super().__init__(_("This took too long and was stopped. Add a word or a filter."))


@contextmanager
def limited(
    alias: str, milliseconds: int | None = None, *, by_index: bool = False
) -> Iterator[None]:
    """Give every statement inside at most so long; TookTooLong when one needs more.

    Without `milliseconds` the connection's own limit holds, and is only said in the same way.
    `by_index` keeps the planner from reading whole tables where its guesses are known to be bad.
    """
    settings = {"statement_timeout": str(milliseconds)} if milliseconds else {}
    if by_index:
        settings["enable_seqscan"] = "off"
    try:
        with _with_settings(alias, settings) if settings else nullcontext():
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong from error
        raise


@contextmanager
def _with_settings(alias: str, settings: dict[str, str]) -> Iterator[None]:
    """A transaction (a savepoint within one) with its own settings, which end with it.

    Settings that outlived it would stay on the pooled connection.
    """
    connection = connections[alias]
    nested = connection.in_atomic_block
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
        cursor.execute(f"SELECT {calls}", [part for pair in settings.items() for part in pair])
        yield
        if nested:
            for name in settings:
                cursor.execute(f"SET LOCAL {name} TO DEFAULT")
