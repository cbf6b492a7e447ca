"""Writing steps: set by set, deletions children first, insertions parents first.

A statement takes a batch of records that set the same fields; values come from the history rows
inside the database. Nothing is written of a record that stands as it shall be already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connections
from psycopg import sql

from backoffice.operations.rewriting.steps import DELETE, INSERT, UPDATE, Key, Step, by_model
from backoffice.operations.rewriting.tables import CLOCK, Table, batches, in_order

BATCH = 1_000
# How far a sequence is moved on at most, where it was set back.
DRAWN = 1_000_000


def write(steps: Iterable[Step], waves: Sequence[Sequence[Step]]) -> None:
    """Carry steps out under the open event: deletions, changes wave by wave, insertions.

    Args:
        steps: the deletions and insertions; insertions of one table in the order of its tree.
        waves: the changes; a wave takes what the wave before it has left free.
    """
    found = list(steps)
    deleted = by_model(step for step in found if step.kind == DELETE)
    inserted = by_model(step for step in found if step.kind == INSERT)
    for model in reversed(in_order()):
        for batch in batches(deleted.get(model, ()), BATCH):
            _delete(Table.of(model), batch)
    for wave in waves:
        changed = by_model(step for step in wave if step.kind == UPDATE)
        for model in in_order():
            for pattern, group in _patterns(changed.get(model, ())):
                for batch in batches(group, BATCH):
                    _Set(Table.of(model), pattern, batch).update()
    for model in in_order():
        for pattern, group in _patterns(inserted.get(model, ())):
            for batch in batches(group, BATCH):
                _Set(Table.of(model), pattern, batch).insert()
        if model in inserted:
            _keep_ahead(Table.of(model), inserted[model])


# Which fields come from the first history row, the second …, and which are given.
Pattern = tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]


def _patterns(steps: Iterable[Step]) -> Iterator[tuple[Pattern, list[Step]]]:
    """Steps that set the same fields from the same number of history rows, together, in order.

    Steps of one tree stay in its order: a new pattern begins a new statement.
    """
    groups: dict[Pattern, list[Step]] = {}
    for step in steps:
        groups.setdefault(_pattern(step), []).append(step)
    yield from groups.items()


def _pattern(step: Step) -> Pattern:
    parts: dict[int, list[str]] = {}
    for name in sorted(step.sources):
        parts.setdefault(step.sources[name], []).append(name)
    return tuple(tuple(names) for names in parts.values()), tuple(sorted(step.values))


def _delete(table: Table, steps: Sequence[Step]) -> None:
    query = sql.SQL("DELETE FROM public.{table} t WHERE t.{pk} = ANY (%s::bigint[])")
    _execute(query, table, [[step.pk for step in steps]])


class _Set:
    """A batch of steps of one pattern, as one statement."""

    def __init__(self, table: Table, pattern: Pattern, steps: Sequence[Step]) -> None:
        self.table, self.steps = table, steps
        self.parts, self.given = pattern

    def update(self) -> None:
        """Change the records that differ."""
        table = self.table
        pairs = [
            (name, sql.SQL("h{}.{}").format(sql.SQL(str(number)), _column(table, name)))
            for number, names in enumerate(self.parts)
            for name in names
        ]
        pairs += [(name, sql.SQL("k.v{}").format(sql.SQL(str(n)))) for n, name in self._numbered]
        assignments = [
            sql.SQL("{} = {}").format(_column(table, name), value) for name, value in pairs
        ]
        if table.clock:
            assignments.append(sql.SQL("{} = statement_timestamp()").format(sql.Identifier(CLOCK)))
        query = sql.SQL(
            "UPDATE public.{table} t SET {assignments} FROM unnest({arrays}) AS k({names}) {joins} "
            "WHERE t.{pk} = k.pk AND ({differences})"
        )
        differences = sql.SQL(" OR ").join(
            sql.SQL("t.{} IS DISTINCT FROM {}").format(_column(table, name), value)
            for name, value in pairs
        )
        joins = sql.SQL(" ").join(self._join(number) for number in range(len(self.parts)))
        listed = sql.SQL(", ").join(assignments)
        self._run(query, joins=joins, assignments=listed, differences=differences)

    def insert(self) -> None:
        """Put the records back; a column that is NULL there and may not be takes its default."""
        table = self.table
        taken = {name: number for number, names in enumerate(self.parts) for name in names}
        given = {name: n for n, name in self._numbered}
        values: list[sql.Composable] = []
        for name in table.fields:
            if name in given:
                values.append(sql.SQL("k.v{}").format(sql.SQL(str(given[name]))))
                continue
            side = f"h{taken[name]}" if name in taken else "b"
            values.append(self._kept(side, name))
        query = sql.SQL(
            "INSERT INTO public.{table} ({columns}) SELECT {values} "
            "FROM unnest({arrays}) WITH ORDINALITY AS k({names}, nth) "
            "JOIN public.{history} b ON b.history_id = k.b {joins} ORDER BY k.nth"
        )
        joins = sql.SQL(" ").join(self._join(number) for number in range(len(self.parts)))
        columns = sql.SQL(", ").join(_column(table, name) for name in table.fields)
        self._run(query, joins=joins, columns=columns, values=sql.SQL(", ").join(values), base=True)

    @property
    def _numbered(self) -> list[tuple[int, str]]:
        return list(enumerate(self.given))

    def _kept(self, side: str, name: str) -> sql.Composable:
        value = sql.SQL("{}.{}").format(sql.SQL(side), _column(self.table, name))
        default = self.table.default(name)
        if default is None:
            return value
        field: Any = self.table.fields[name]
        ready = field.get_db_prep_save(default, connections["default"])
        return sql.SQL("coalesce({}, {})").format(value, sql.Literal(ready))

    def _join(self, number: int) -> sql.Composable:
        return sql.SQL("JOIN public.{history} h{n} ON h{n}.history_id = k.h{n}").format(
            history=sql.Identifier(self.table.history.name), n=sql.SQL(str(number))
        )

    def _run(self, query: sql.SQL, base: bool = False, **parts: sql.Composable) -> None:
        names, types, arrays = ["pk"], ["bigint"], [[step.pk for step in self.steps]]
        if base:
            names, types = [*names, "b"], [*types, "bigint"]
            arrays.append([step.base or 0 for step in self.steps])
        for number, fields in enumerate(self.parts):
            names.append(f"h{number}")
            types.append("bigint")
            arrays.append([step.sources[fields[0]] for step in self.steps])
        for number, name in self._numbered:
            names.append(f"v{number}")
            types.append(self.table.type_of(name))
            arrays.append([step.values[name] for step in self.steps])
        arguments = sql.SQL(", ").join(sql.SQL(f"%s::{kind}[]") for kind in types)
        listed = sql.SQL(", ").join(map(sql.Identifier, names))
        _execute(query, self.table, arrays, arrays=arguments, names=listed, **parts)


def _column(table: Table, name: str) -> sql.Identifier:
    return sql.Identifier(table.column(name))


def _execute(query: sql.SQL, table: Table, params: list[Any], **parts: sql.Composable) -> None:
    ready = query.format(
        table=sql.Identifier(table.name),
        history=sql.Identifier(table.history.name),
        pk=sql.Identifier(table.pk),
        **parts,
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(ready, params)


def renew(steps: Iterable[Step]) -> None:
    """Draw ids for those that get one of their own, and let what belongs to them follow."""
    found = list(steps)
    drawn: dict[Key, int] = {}
    for model, group in by_model(step for step in found if step.renewed).items():
        table = Table.of(model)
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [f"public.{table.name}", table.pk, len(group)],
            )
            numbers = [row[0] for row in cursor.fetchall()]
        for step, number in zip(group, numbers, strict=True):
            drawn[step.key] = step.values[table.pk_name] = number
    for step in found:
        for name, key in step.follows.items():
            if key in drawn:
                step.sources.pop(name, None)
                step.values[name] = drawn[key]


def _keep_ahead(table: Table, steps: Sequence[Step]) -> None:
    """New records must not draw the ids that were put back.

    Those were drawn from the sequence once, so it is ahead of them, but where it was set anew. The
    console may draw from it, not set it.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT s.name, %s - coalesce(pg_sequence_last_value(s.name::regclass), 0) "
            "FROM pg_get_serial_sequence(%s, %s) AS s(name) WHERE s.name IS NOT NULL",
            [max(step.pk for step in steps), f"public.{table.name}", table.pk],
        )
        found = cursor.fetchone()
        if found and found[1] > 0:
            drawn = "SELECT count(nextval(%s)) FROM generate_series(1, %s)"
            cursor.execute(drawn, [found[0], min(found[1], DRAWN)])
