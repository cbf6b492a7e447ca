"""What a model's declaration asks of its table: limits and indexes, added beside running writers.

Limits are added NOT VALID, which holds for every write from then on, and validated afterwards;
indexes are built CONCURRENTLY. What a run that broke off left half done is done again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connections, models, transaction

from audit.locks import LOCK_TIMEOUT, with_patience

# ALTER TABLE … ADD CONSTRAINT … UNIQUE [NULLS NOT DISTINCT] (columns)
_UNIQUE = re.compile(r"UNIQUE\s*(?P<nulls>NULLS NOT DISTINCT)?\s*(?P<columns>\(.*\))\s*$")


@dataclass(frozen=True)
class Statement:
    """One statement of the plan; `alone` when it cannot be in a transaction."""

    what: str
    text: str
    alone: bool = False

    def run(self, using: str) -> None:
        if self.alone:
            with connections[using].cursor() as cursor:
                cursor.execute(self.text)
        else:
            with_patience(lambda: self._run_briefly(using))

    def _run_briefly(self, using: str) -> None:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
            cursor.execute(self.text)


def missing_limits(model: type[models.Model], using: str) -> Iterator[Statement]:
    """What is missing of the checks that the model declares."""
    table = model._meta.db_table
    valid = _constraints(table, using)
    for limit in model._meta.constraints:
        if not isinstance(limit, models.CheckConstraint):
            continue
        name = limit.name
        if name not in valid:
            with connections[using].schema_editor(collect_sql=True, atomic=False) as editor:
                text = str(limit.create_sql(model, editor))
            yield Statement(f"limit {name}, for new rows", f"{text} NOT VALID")
        if not valid.get(name):
            yield Statement(
                f"limit {name}, for the rows that are there",
                f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"',
                alone=True,
            )


def missing_indexes(model: type[models.Model], using: str) -> Iterator[Statement]:
    """What is missing of the indexes and unique constraints that the model declares."""
    built, constraints = (
        _indexes(model._meta.db_table, using),
        _constraints(model._meta.db_table, using),
    )
    with connections[using].schema_editor(collect_sql=True, atomic=False) as editor:
        wanted = [
            (index.name, str(index.create_sql(model, editor, concurrently=True)), "")
            for index in model._meta.indexes
        ] + [
            (limit.name, *_unique(str(limit.create_sql(model, editor)), model, limit.name))
            for limit in model._meta.constraints
            if isinstance(limit, models.UniqueConstraint)
        ]
    for name, build, attach in wanted:
        if name in built and not built[name]:
            yield Statement(
                f"index {name}, left half built",
                f'DROP INDEX CONCURRENTLY "{name}"',
                alone=True,
            )
        if not built.get(name):
            yield Statement(f"index {name}", build, alone=True)
        if attach and name not in constraints:
            yield Statement(f"constraint {name}", attach)


def _unique(text: str, model: type[models.Model], name: str) -> tuple[str, str]:
    """How to build the index of a unique constraint, and how to make the constraint of it."""
    if text.startswith("CREATE UNIQUE INDEX"):
        return text.replace("CREATE UNIQUE INDEX", "CREATE UNIQUE INDEX CONCURRENTLY", 1), ""
    table, found = model._meta.db_table, _UNIQUE.search(text)
    if found is None:
        raise ValueError(f"Constraint {name} of {table} is of a kind that adopt does not know.")
    build = (
        f'CREATE UNIQUE INDEX CONCURRENTLY "{name}" ON "{table}" {found["columns"]} '
        f"{found['nulls'] or ''}"
    )
    return build, f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE USING INDEX "{name}"'


def _constraints(table: str, using: str) -> dict[str, bool]:
    """The table's constraints by name: whether each is validated."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT conname, convalidated FROM pg_constraint WHERE conrelid = %s::regclass",
            [f'public."{table}"'],
        )
        return dict(cursor.fetchall())


def _indexes(table: str, using: str) -> dict[str, bool]:
    """The table's indexes by name: whether each is complete."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c "
            "ON c.oid = i.indexrelid WHERE i.indrelid = %s::regclass",
            [f'public."{table}"'],
        )
        return dict(cursor.fetchall())
