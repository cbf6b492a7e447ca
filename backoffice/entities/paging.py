"""Keyset pages: page 5,000 costs what page 1 costs, and no row is lost or shown twice.

A cursor says after which row a page begins: the ordering, the row's value in it, and its id, which
breaks ties. It is signed, so that what comes back is what was handed out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext as _

from backoffice.entities.access import open_ordering
from backoffice.entities.entity import Entity, Record

SIZE = 50
LONGEST_CURSOR = 6_000
SALT = "backoffice.entities.page"


class BadPage(ValueError):
    """The address names an order or a place in the list that does not exist."""


@dataclass(frozen=True)
class Ordering:
    """One column and its direction; ties follow the id in the same direction."""

    field: Any
    descending: bool

    @property
    def name(self) -> str:
        """As it stands in addresses: `-updated_at`."""
        return f"{'-' if self.descending else ''}{self.field.name}"

    def terms(self, backwards: bool = False) -> list[str]:
        """What `order_by` takes."""
        sign = "-" if self.descending is not backwards else ""
        return (
            [f"{sign}pk"] if self.field.primary_key else [f"{sign}{self.field.name}", f"{sign}pk"]
        )


@dataclass(frozen=True)
class Page:
    """One page of a list, with the cursors that lead on: empty where nothing comes."""

    records: list[Record]
    ordering: Ordering
    previous: str = ""
    next: str = ""


class _Beyond(Func):
    """`(column, id) < (value, id)`: one range of the index, however many rows tie."""

    output_field = models.BooleanField()
    arity = 4

    def __init__(self, *parts: Any, operator: str) -> None:
        super().__init__(*parts)
        self.operator = operator

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        compiled = [compiler.compile(part) for part in self.get_source_expressions()]
        column, pk, value, last = (sql for sql, _ in compiled)
        params = [param for _, params in compiled for param in params]
        return f"({column}, {pk}) {self.operator} ({value}, {last})", params


def read_ordering(staff: Any, entity: Entity, name: str) -> Ordering:
    """The ordering of that name, the person's default for none; BadPage when it is not allowed."""
    allowed = open_ordering(staff, entity)
    chosen = name or allowed[0]
    column = chosen.removeprefix("-")
    if column not in {one.removeprefix("-") for one in allowed}:
        raise BadPage(_("This list cannot be ordered by “%s”.") % name[:60])
    return Ordering(entity.field(column), chosen.startswith("-"))


def page_of(
    records: models.QuerySet[Any],
    ordering: Ordering,
    params: Mapping[str, str],
    prefix: str = "",
    size: int = SIZE,
) -> Page:
    """The page that `after` or `before` in an address asks for, the first one for neither.

    Args:
        prefix: of both names, where a page holds more than one list.

    Raises BadPage for a cursor that was not handed out for this ordering.
    """
    after, before = params.get(f"{prefix}after", ""), params.get(f"{prefix}before", "")
    backwards = bool(before) and not after
    rows = records.order_by(*ordering.terms(backwards))
    if after or before:
        rows = rows.filter(_beyond(ordering, *_read(ordering, after or before), backwards))
    found = list(rows[: size + 1])
    if backwards and len(found) <= size:
        # The beginning is reached: show the first page whole.
        return page_of(records, ordering, {}, size=size)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, bool(after))
    return Page(
        found,
        ordering,
        previous=_write(ordering, found[0]) if found and has_previous else "",
        next=_write(ordering, found[-1]) if found and has_next else "",
    )


def _beyond(ordering: Ordering, value: Any, pk: int, backwards: bool) -> Any:
    operator = "<" if ordering.descending is not backwards else ">"
    if ordering.field.primary_key:
        return models.Q(**{"pk__lt" if operator == "<" else "pk__gt": pk})
    return _Beyond(
        F(ordering.field.name),
        F("pk"),
        Value(value, output_field=ordering.field),
        Value(pk),
        operator=operator,
    )


def _write(ordering: Ordering, record: Record) -> str:
    value = getattr(record, ordering.field.attname)
    if isinstance(value, datetime):
        value = value.isoformat()
    return signing.dumps([ordering.name, value, record.pk], salt=SALT, compress=True)


def _read(ordering: Ordering, cursor: str) -> tuple[Any, int]:
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise signing.BadSignature
        name, value, pk = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        raise BadPage(_("This page's place in the list is not valid.")) from None
    if name.removeprefix("-") != ordering.field.name:
        raise BadPage(_("This page's place belongs to another order of the list."))
    return ordering.field.to_python(value), pk
