"""What must be known of a table to put its rows back: columns, references, uniqueness, order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeVar

from django.db import connections, models
from django.db.models import Q
from django.db.models.expressions import Value

from audit.checks import captured_models
from audit.history_tables import HistoryTable

Model = type[models.Model]
# Set on every write, where a table has it; no history is kept of it.
CLOCK = "updated_at"
_Item = TypeVar("_Item")


def batches(items: Iterable[_Item], size: int) -> Iterator[Sequence[_Item]]:
    """The items in stretches of that size."""
    found = list(items)
    for start in range(0, len(found), size):
        yield found[start : start + size]


@dataclass(frozen=True)
class Reference:
    """A foreign key to another table: `goes_along` when its row is nothing without that record."""

    name: str
    column: str
    target: Model
    nullable: bool
    goes_along: bool


@dataclass(frozen=True)
class Unique:
    """A constraint: no two rows for which `condition` holds have the same values in `names`."""

    name: str
    names: tuple[str, ...]
    condition: Q | None = None
    nulls_distinct: bool = True

    @property
    def asked(self) -> set[str]:
        """The fields that it asks of."""
        return {*self.names, *_names_of(self.condition)}


class Table:
    """A captured table beside its history. `fields` are the columns that both have, by name."""

    def __init__(self, model: Model) -> None:
        self.model, self.history = model, HistoryTable.of(model)
        meta = model._meta
        self.name = meta.db_table
        kept = {column.column for column in self.history.columns}
        self.fields: dict[str, models.Field[Any, Any]] = {
            f.name: f for f in meta.concrete_fields if f.column in kept
        }
        self.pk = self.history.pk
        self.pk_name = next(f.name for f in meta.concrete_fields if f.primary_key)
        self.changeable = frozenset(self.fields) - {self.pk_name}
        self.references = [_reference(f) for f in self.fields.values() if f.is_relation]
        self.uniques = list(_uniques(model, self.fields))
        self.clock = any(f.name == CLOCK for f in meta.concrete_fields)

    @classmethod
    def of(cls, model: Model) -> Table:
        return _table_of(model)

    @property
    def entity(self) -> str:
        return self.history.entity

    @property
    def kin(self) -> list[Reference]:
        """References to the table itself: its rows are a tree."""
        return [reference for reference in self.references if reference.target is self.model]

    def column(self, name: str) -> str:
        return str(self.fields[name].column)

    def type_of(self, name: str) -> str:
        """The column's type in the database, for arrays of its values."""
        field: Any = self.fields[name]
        if field.is_relation:
            field = field.target_field
        kind = str(field.rel_db_type(connections["default"]) or "text")
        return kind.partition("(")[0]

    def checked_names(self) -> frozenset[str]:
        """The columns that other rows have a say in: references and what must be unique."""
        names = {reference.name for reference in self.references}
        for unique in self.uniques:
            names |= unique.asked
        return frozenset(names & self.fields.keys())

    def default(self, name: str) -> Any:
        """What a column takes that had no value when the row was written; None without one."""
        field = self.fields[name]
        if field.null:
            return None
        if isinstance(field.db_default, Value):
            return field.db_default.value
        return field.get_default() if field.has_default() else None


@cache
def _table_of(model: Model) -> Table:
    return Table(model)


def _reference(field: Any) -> Reference:
    goes_along = field.remote_field.on_delete is models.CASCADE
    return Reference(field.name, field.column, field.related_model, field.null, goes_along)


def _uniques(model: Model, fields: dict[str, Any]) -> Iterable[Unique]:
    for field in fields.values():
        if field.unique and not field.primary_key:
            yield Unique(field.name, (field.name,))
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint) or constraint.expressions:
            continue
        names = tuple(constraint.fields)
        # A key that holds the primary key is there to be pointed at, and cannot be taken.
        if any(n not in fields or fields[n].primary_key for n in names):
            continue
        distinct = constraint.nulls_distinct is not False
        yield Unique(constraint.name, names, constraint.condition, distinct)


def _names_of(condition: Q | None) -> set[str]:
    """The fields that a condition asks of."""
    if condition is None:
        return set()
    found = set()
    for child in condition.children:
        if isinstance(child, Q):
            found |= _names_of(child)
        elif isinstance(child, tuple):
            found.add(str(child[0]).partition("__")[0])
    return found


def holds(condition: Q | None, values: dict[str, Any]) -> bool:
    """Whether a row with these values is under a condition; true where it asks more than equality.

    A constraint's condition is simple; to take one for true too often only finds a conflict more.
    """
    if condition is None:
        return True
    results = [
        holds(child, values) if isinstance(child, Q) else _holds(child, values)
        for child in condition.children
    ]
    found = any(results) if condition.connector == Q.OR else all(results)
    return found != condition.negated


def _holds(part: Any, values: dict[str, Any]) -> bool:
    if not isinstance(part, tuple):
        return True
    name, _, lookup = str(part[0]).partition("__")
    if name not in values or lookup not in {"", "exact", "isnull"}:
        return True
    if lookup == "isnull":
        return (values[name] is None) == bool(part[1])
    return bool(values[name] == part[1])


@cache
def in_order() -> tuple[Model, ...]:
    """All captured tables, those that are pointed at before those that point at them."""
    known = set(captured_models().values())
    graph = {
        model: {r.target for r in Table.of(model).references if r.target in known} - {model}
        for model in known
    }
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        return tuple(sorted(known, key=lambda model: model._meta.label))


def pointing_at(model: Model) -> list[tuple[Table, Reference]]:
    """The captured tables whose rows point at this one's, each with the reference."""
    tables = [Table.of(one) for one in in_order()]
    return [(table, r) for table in tables for r in table.references if r.target is model]
