"""Tables that were there before they were captured: history for what they hold, while others write.

1. The history table is made if need be, and the trigger put on the table: from then on every change
   leaves its version. The lock for it waits at most half a second at a time.
2. Every record without a version gets its first one, in batches: the rows are locked against
   changes, then looked at again, so that no version of a writer is older than ours.
3. Limits and indexes that the model declares are added beside the writers (audit/limits.py).

Each step looks at what is there, so a run that was killed is simply run again. A record that was
changed after the trigger came and before its batch did has that change as its first version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connections, models, transaction
from psycopg import sql

from audit.actors import Actor
from audit.baseline import Baseline, NotAdoptable, history_of
from audit.capture import capture_sql
from audit.limits import Statement, missing_indexes, missing_limits
from audit.locks import LOCK_TIMEOUT, with_patience


@dataclass(frozen=True)
class Plan:
    """What is missing of one table's capture."""

    model: type[models.Model]
    history_table: bool
    capture: bool
    records: int
    statements: list[Statement] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.history_table or self.capture or self.records or self.statements)

    def __iter__(self) -> Iterator[str]:
        """The plan in words, a line for each step."""
        if self.history_table:
            yield f"make {history_of(self.model)._meta.db_table}"
        if self.capture:
            yield "put the trigger on it; writers wait at most half a second at a time"
        if self.records:
            yield f"write the first version of about {self.records:,} records, in batches"
        yield from (statement.what for statement in self.statements)


def plan(model: type[models.Model], using: str = "owner") -> Plan:
    """What is missing; reads only. NotAdoptable when something has to be mended by hand first."""
    table, history = model._meta.db_table, history_of(model)
    _refuse_unfit(model, using)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [f'public."{history._meta.db_table}"'])
        without_history = cursor.fetchone()[0]
        cursor.execute(
            "SELECT p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgname = 'audit_capture' AND t.tgenabled = 'O' AND t.tgrelid = %s::regclass",
            [f'public."{table}"'],
        )
        installed = cursor.fetchone()
    wanted = capture_sql(model, history, history.capture).split("$capture$")[1]
    records = _estimate(model, using) if without_history else Baseline(model, using).left()
    return Plan(
        model=model,
        history_table=without_history,
        capture=installed is None or installed[0] != wanted,
        records=records,
        statements=[*missing_limits(model, using), *missing_indexes(model, using)],
    )


def _refuse_unfit(model: type[models.Model], using: str) -> None:
    table = model._meta.db_table
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_userbyid(c.relowner), current_user, (SELECT array_agg(a.attname::text) "
            "FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) "
            "FROM pg_class c WHERE c.oid = to_regclass(%s)",
            [f'public."{table}"'],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotAdoptable(f"There is no table {table}. Check the name and the database.")
    owner, user, columns = row
    if owner != user:
        raise NotAdoptable(
            f"{table} belongs to {owner}. Run as a superuser: ALTER TABLE {table} OWNER TO {user};"
        )
    lacking = {str(f.column) for f in model._meta.local_concrete_fields} - set(columns)
    if lacking:
        raise NotAdoptable(
            f"{table} has no column {', '.join(sorted(lacking))}, which {model._meta.label} "
            "declares. Add it by a migration of its own first: a stored generated one rewrites "
            "the whole table."
        )


def _estimate(model: type[models.Model], using: str) -> int:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT greatest(reltuples, 1)::bigint FROM pg_class WHERE oid = %s::regclass",
            [f'public."{model._meta.db_table}"'],
        )
        return int(cursor.fetchone()[0])


def adopt(
    plan: Plan, *, actor: Actor, batch: int = 1_000, using: str = "owner"
) -> Iterator[tuple[str, int]]:
    """Carry a plan out; yields each step when it is done, with the records that it wrote."""
    model = plan.model
    if plan.history_table or plan.capture:
        with_patience(lambda: _install(plan, using))
        yield "captured", 0
    yield from Baseline(model, using).write(actor, batch)
    for statement in plan.statements:
        statement.run(using)
        yield statement.what, 0


def _install(plan: Plan, using: str) -> None:
    """History table and trigger in one transaction: there is never one without the other."""
    history = history_of(plan.model)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        if plan.history_table:
            with connections[using].schema_editor(atomic=False) as editor:
                editor.create_model(history)
        cursor.execute(capture_sql(plan.model, history, history.capture))
        # What the migrations' default privileges would have given.
        table = sql.Identifier("public", plan.model._meta.db_table)
        cursor.execute(
            sql.SQL(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON {0} TO console; GRANT SELECT ON {0} "
                "TO console_ro"
            ).format(table)
        )
