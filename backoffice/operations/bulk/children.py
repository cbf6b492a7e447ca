"""What hangs on the records of a run: whether it changed between its preview and its turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connections
from psycopg import sql

from audit.history_tables import HistoryTable
from backoffice.entities import registry as entities
from backoffice.operations.base import Operation

NEWEST = sql.SQL(
    "SELECT h.{parent}, max(h.history_id) FROM {table} h WHERE h.{parent} = ANY(%s) GROUP BY 1"
)


def newest_of_children(operation: Operation, keys: Sequence[int]) -> dict[int, int]:
    """The newest version of any child of each record that has some."""
    newest: dict[int, int] = {}
    for name, column in _children(operation):
        table = HistoryTable.of(entities.get(name).model)
        query = NEWEST.format(
            parent=sql.Identifier(table.column_of(column)), table=sql.Identifier(table.name)
        )
        with connections["default"].cursor() as cursor:
            cursor.execute(query, [list(keys)])
            for key, version in cursor.fetchall():
                newest[key] = max(version, newest.get(key, 0))
    return newest


def reaches_children(operation: Operation, effects: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a preview found that something is done to the children, too."""
    touched = {effect["entity"] for effect in effects}
    return any(name in touched for name, _column in _children(operation))


def _children(operation: Operation) -> Sequence[tuple[str, str]]:
    if operation.selects != "records":
        return ()
    return entities.get(operation.entity).timeline_children
