"""Rows of records as lists and tabs show them, with a fixed number of queries for any page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.safestring import SafeString

from backoffice.entities import highlight
from backoffice.entities.access import title_for
from backoffice.entities.changes import Change, last_changes
from backoffice.entities.entity import Entity, Record
from backoffice.entities.names import Names
from backoffice.entities.values import Readable, Readables, label


@dataclass(frozen=True)
class Column:
    """A column's heading; `sort_url` orders by it where the entity allows that."""

    name: str
    label: str
    is_number: bool = False
    sort_url: str = ""
    direction: str = ""


@dataclass(frozen=True)
class Row:
    """One record of a table."""

    pk: int
    url: str
    title: SafeString
    plain_title: str
    badges: list[str]
    cells: list[tuple[Column, Readable]]
    change: Change | None


def columns_of(entity: Entity, leave_out: Sequence[str] = ()) -> list[Column]:
    """The columns after the name, without those that are alike in every row."""
    return [
        Column(name, label(entity, name), _is_number(entity, name))
        for name in entity.list_display
        if name not in leave_out and _attribute(entity, name) not in leave_out
    ]


def _attribute(entity: Entity, name: str) -> str:
    """Where a record holds the column's value."""
    return name if name in entity.computed else str(entity.field(name).attname)


def _is_number(entity: Entity, name: str) -> bool:
    if name in entity.computed:
        return False
    field = entity.field(name)
    return isinstance(field, models.IntegerField) and not field.flatchoices


def rows_of(
    names: Names,
    entity: Entity,
    records: Sequence[Record],
    columns: Sequence[Column],
    words: Sequence[str] = (),
) -> list[Row]:
    """The rows of a page for the person of `names`; searched words are marked in the titles."""
    reader = Readables(entity, names.viewer, names)
    entity.prepare(records)
    entity.compute(records)
    for record in records:
        reader.learn(record)
        for column in columns:
            reader.want(column.name, getattr(record, _attribute(entity, column.name)))
    changes = last_changes(names.viewer, entity, [record.pk for record in records])
    return [
        _row(names.viewer, entity, record, columns, words, reader, changes) for record in records
    ]


def _row(
    staff: Any,
    entity: Entity,
    record: Record,
    columns: Sequence[Column],
    words: Sequence[str],
    reader: Readables,
    changes: dict[int, Change],
) -> Row:
    title = title_for(staff, entity, record)
    return Row(
        pk=record.pk,
        url=entity.url(record.pk),
        title=highlight.mark(title, words),
        plain_title=title,
        badges=entity.badges(record),
        cells=[(column, reader.of(record, column.name)) for column in columns],
        change=changes.get(record.pk),
    )
