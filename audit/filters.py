"""What a page of history or events is narrowed to, and the conditions in SQL that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import sql


@dataclass(frozen=True)
class Filters:
    """What a page of history or of a feed is narrowed to; every part may be left out.

    Attributes:
        field: name of a changed field; entity: name of the entity it is of, or of the records.
        verb: a verb of history.
        actor: (kind, id) exactly; person: text in the actor's name, or their id.
        unnamed: kinds of actors whose names the reader may not know, so may not search either.
        since, until: the time range, its end excluded.
        hidden_scopes: ids of scopes whose rows the reader may not know of.
        with_life: beside changes of `field`, what made or ended the record, and so the value.
    """

    field: str = ""
    entity: str = ""
    verb: str = ""
    actor: tuple[str, str] | None = None
    person: str = ""
    unnamed: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    hidden_scopes: frozenset[int] = frozenset()
    with_life: bool = False

    @property
    def narrows(self) -> bool:
        """Whether some rows may not pass, so that looking back is bounded."""
        chosen = (self.field, self.verb, self.actor, self.person)
        return any(chosen) or bool(self.hidden_scopes)


EVERYTHING = Filters()


@dataclass(frozen=True)
class Columns:
    """Where a row of changes keeps what filters ask for: an effect and a version differ in it."""

    alias: str
    fields: str
    scope: str
    at: str

    def sql(self, text: str) -> sql.Composable:
        """A condition whose `{row}`, `{fields}`, `{scope}` stand for the columns."""
        row = sql.Identifier(self.alias)
        names = {name: sql.Identifier(self.alias, getattr(self, name)) for name in NAMED}
        return sql.SQL(text).format(row=row, **names)


NAMED = ("fields", "scope", "at")


def all_of(conditions: Sequence[sql.Composable]) -> sql.Composable:
    """All conditions as one."""
    return sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true")


def there_is(table: str, alias: str, conditions: Sequence[sql.Composable]) -> sql.Composable:
    """That there is such a row, looked up for each row in turn.

    Not EXISTS: the planner would join it to the whole table instead, which grows.
    """
    return sql.SQL("coalesce((SELECT true FROM {table} WHERE {conditions} LIMIT 1), false)").format(
        table=sql.SQL(" ").join([sql.Identifier("public", table), sql.Identifier(alias)]),
        conditions=all_of(conditions),
    )


def did_conditions(filters: Filters, row: Columns) -> list[sql.Composable]:
    """What must hold for a row of changes to be of this field and verb."""
    conditions: list[sql.Composable] = []
    if filters.field and filters.with_life:
        conditions.append(row.sql("(%(field)s = ANY ({fields}) OR {row}.history_type <> '~')"))
    elif filters.field:
        conditions.append(row.sql("%(field)s = ANY ({fields})"))
    if filters.verb:
        conditions.append(row.sql("{row}.verb = %(verb)s"))
    return conditions


def open_conditions(filters: Filters, row: Columns) -> list[sql.Composable]:
    """What must hold for a row of changes to be open to the reader."""
    if not filters.hidden_scopes:
        return []
    return [row.sql("({scope} IS NULL OR {scope} <> ALL (%(hidden)s))")]


def change_conditions(filters: Filters, row: Columns) -> list[sql.Composable]:
    """What must hold for a row of changes to pass: what was done, that it is open, and by whom."""
    conditions = [*did_conditions(filters, row), *open_conditions(filters, row)]
    if filters.actor or filters.person:
        same = row.sql("e.id = {row}.event_id AND e.occurred_at = {at}")
        conditions.append(there_is("audit_event", "e", [same, *person_conditions(filters)]))
    return conditions


def person_conditions(filters: Filters) -> list[sql.Composable]:
    """What must hold for an event `e` to be this person's."""
    conditions: list[sql.Composable] = []
    if filters.actor:
        conditions.append(sql.SQL("e.actor_kind = %(actor_kind)s AND e.actor_id = %(actor_id)s"))
    if filters.person:
        named = "position(lower(%(person)s) IN lower(e.actor_label)) > 0"
        if filters.unnamed:
            named += " AND e.actor_kind <> ALL (%(unnamed)s)"
        conditions.append(sql.SQL(f"({named} OR e.actor_id = %(person)s)"))
    return conditions


def parameters(filters: Filters) -> dict[str, Any]:
    """What the conditions of the filters refer to, by name."""
    kind, actor = filters.actor or ("", "")
    return {
        "field": filters.field,
        "entity": filters.entity,
        "verb": filters.verb,
        "hidden": sorted(filters.hidden_scopes),
        "actor_kind": kind,
        "actor_id": actor,
        "person": filters.person,
        "unnamed": list(filters.unnamed),
        "since": filters.since,
        "until": filters.until,
    }
