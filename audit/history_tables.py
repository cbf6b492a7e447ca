"""How a table of history is read: a version with the one before it, in one query.

Long texts come only where they changed, and whole only up to a size: a page of versions is bounded
whatever the records hold. `LongText` says how much there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from django.db import connections, models, router
from psycopg import sql
from simple_history.utils import get_history_model_for_model

from audit.capture import BOOKKEEPING
from audit.differences import ABSENT

# Both texts of a change together, in characters, up to which they are read whole.
WHOLE_TEXT = 100_000
TEXT_HEAD = 400
_KEY = (
    "h.history_id, h.history_date, h.history_type, h.verb, h.changed_fields, "
    "h.event_id, h.event_at, h.event_scope, h.event_area, p.history_id"
)


class LongText(str):
    """A long text as it was read, maybe its head only: `length` is that of the whole."""

    __slots__ = ("length",)
    length: int

    def __new__(cls, text: str, length: int) -> LongText:
        made = super().__new__(cls, text)
        made.length = length
        return made

    @property
    def whole(self) -> bool:
        return self.length == len(self)


@dataclass(frozen=True)
class Version:
    """One version of a record.

    Attributes:
        entity, model, record_id: which record.
        history_id, at: its place in history.
        verb, fields: what was done, and the names of the fields that changed.
        event_id, event_at: the event that it belongs to.
        scope, area: the boundaries it stood in.
        values: by field name; a long text that did not change is left out.
        before: the values of the version before; None where there is none.
    """

    entity: str
    model: type[models.Model]
    record_id: int
    history_id: int
    at: datetime
    kind: str
    verb: str
    fields: tuple[str, ...]
    event_id: int
    event_at: datetime
    scope: int | None
    area: int | None
    values: Mapping[str, Any]
    before: Mapping[str, Any] | None

    @property
    def created(self) -> bool:
        return self.kind == "+"

    @property
    def deleted(self) -> bool:
        return self.kind == "-"

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """(old, new) by field name; ABSENT for what was not there, as when it was created."""
        if self.created:
            return {name: (ABSENT, value) for name, value in self.values.items()}
        if self.deleted:
            return {name: (value, ABSENT) for name, value in self.values.items()}
        before = self.before or {}
        return {
            name: (before.get(name, ABSENT), self.values.get(name, ABSENT)) for name in self.fields
        }

    def instance(self) -> models.Model:
        """The record as it was in this version, for what can be said of a record; not saved."""
        known = {f.name: f for f in self.model._meta.concrete_fields}
        values = {known[n].attname: v for n, v in self.values.items() if n in known}
        record = self.model(**values)
        record._state.adding = False
        return record


@dataclass(frozen=True)
class Column:
    name: str
    column: str
    field: models.Field[Any, Any]

    @property
    def long(self) -> bool:
        return isinstance(self.field, models.TextField)


class HistoryTable:
    """The history of one model."""

    def __init__(self, model: type[models.Model]) -> None:
        history = get_history_model_for_model(model)
        ignored = {*BOOKKEEPING, "history_change_reason"}
        self.model = model
        self.entity: str = history.capture.entity
        self.name: str = history._meta.db_table
        self.pk = str(next(f.column for f in model._meta.concrete_fields if f.primary_key))
        self.columns = [
            Column(f.name, f.column, f)
            for f in history._meta.concrete_fields
            if f.column not in ignored
        ]

    @classmethod
    def of(cls, model: type[models.Model]) -> HistoryTable:
        return _table_of(model)

    def column_of(self, name: str) -> str:
        """The column of a field, by the field's name or its own; KeyError when there is none."""
        columns = {c.column: c.column for c in self.columns}
        return {**columns, **{c.name: c.column for c in self.columns}}[name]

    def select(
        self,
        source: sql.Composable,
        params: Mapping[str, Any],
        using: str | None = None,
        newest_first: bool = True,
        whole_text: int = WHOLE_TEXT,
        complete: bool = False,
    ) -> list[Version]:
        """The versions that `source` selects as rows of this table, each with the one before it.

        `complete`: with all that the record held, long texts too that this version did not change.
        """
        direction = sql.SQL("DESC" if newest_first else "ASC")
        order = sql.SQL("h.history_date {d}, h.history_id {d}" if newest_first else "h.history_id")
        query = sql.SQL(
            "SELECT {key}, h.{pk}, {columns} FROM ({source}) h LEFT JOIN LATERAL ("
            "SELECT v.* FROM {table} v WHERE v.{pk} = h.{pk} "
            "AND (v.history_date, v.history_id) < (h.history_date, h.history_id) "
            "ORDER BY v.history_date DESC, v.history_id DESC LIMIT 1) p ON true ORDER BY {order}"
        ).format(
            key=sql.SQL(_KEY),
            pk=sql.Identifier(self.pk),
            columns=self._complete_columns if complete else self._columns,
            source=source,
            table=sql.Identifier(self.name),
            order=order.format(d=direction),
        )
        connection = connections[using or router.db_for_read(self.model)]
        with connection.cursor() as cursor:
            cursor.execute(query, {**params, "whole_text": whole_text, "text_head": TEXT_HEAD})
            return [self._version(row, connection) for row in cursor.fetchall()]

    @cached_property
    def _columns(self) -> sql.SQL:
        return self._selected(complete=False)

    @cached_property
    def _complete_columns(self) -> sql.SQL:
        return self._selected(complete=True)

    def _selected(self, complete: bool) -> sql.SQL:
        """The columns of both sides as text, which is put together once."""
        columns = (self._column(c, s, complete and s == "h") for s in "hp" for c in self.columns)
        return sql.SQL(sql.SQL(", ").join(columns).as_string())

    def _column(self, column: Column, side: str, complete: bool) -> sql.Composable:
        if not column.long:
            return sql.SQL("{}.{}").format(sql.SQL(side), sql.Identifier(column.column))
        if complete:
            text = sql.SQL("length({side}.{column}) || ' ' || {side}.{column}")
            return text.format(side=sql.SQL(side), column=sql.Identifier(column.column))
        # NULL where it did not change; else its length, a space, and as much of it as is wanted.
        return sql.SQL(
            "CASE WHEN h.history_type <> '~' OR {name} = ANY (h.changed_fields) THEN "
            "length({side}.{column}) || ' ' || CASE WHEN h.history_type = '~' "
            "AND length(h.{column}) + coalesce(length(p.{column}), 0) <= %(whole_text)s "
            "THEN {side}.{column} ELSE left({side}.{column}, %(text_head)s) END END"
        ).format(
            name=sql.Literal(column.name),
            side=sql.SQL(side),
            column=sql.Identifier(column.column),
        )

    def _version(self, row: tuple[Any, ...], connection: Any) -> Version:
        history_id, at, kind, verb, fields, event_id, event_at, scope, area, before_id, pk = row[
            :11
        ]
        count = len(self.columns)
        before = self._values(row[11 + count :], connection) if before_id is not None else None
        return Version(
            entity=self.entity,
            model=self.model,
            record_id=pk,
            history_id=history_id,
            at=at,
            kind=kind,
            verb=verb,
            fields=tuple(fields),
            event_id=event_id,
            event_at=event_at,
            scope=scope,
            area=area,
            values=self._values(row[11 : 11 + count], connection),
            before=None if kind == "+" else before,
        )

    def _values(self, row: tuple[Any, ...], connection: Any) -> dict[str, Any]:
        values = {}
        for column, value in zip(self.columns, row, strict=True):
            if column.long:
                if value is not None:
                    length, _, text = value.partition(" ")
                    values[column.name] = LongText(text, int(length))
            elif isinstance(column.field, models.JSONField):
                values[column.name] = from_json(column.field, value, connection)
            else:
                values[column.name] = value
        return values


def from_json(field: Any, value: Any, connection: Any) -> Any:
    """A JSON value, which comes from the database as text."""
    return field.from_db_value(value, None, connection)


@cache
def _table_of(model: type[models.Model]) -> HistoryTable:
    return HistoryTable(model)
