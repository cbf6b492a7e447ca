"""What a page of history or events is narrowed to."""

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
        since, until: the time range, its end excluded.
        hidden_scopes: ids of scopes whose rows the reader may not know of.
        with_life: beside changes of `field`, what made or ended the record, and so the value.
    """

    field: str = ""
    entity: str = ""
    verb: str = ""
    actor: tuple[str, str] | None = None
    person: str = ""
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


def person_conditions(filters: Filters) -> list[sql.Composable]:
    """What must hold for an event `e` to be this person's."""
    conditions: list[sql.Composable] = []
    if filters.actor:
        conditions.append(sql.SQL("e.actor_kind = %(actor_kind)s AND e.actor_id = %(actor_id)s"))
    if filters.person:
        conditions.append(
            sql.SQL(
                "(position(lower(%(person)s) IN lower(e.actor_label)) > 0"
                " OR e.actor_id = %(person)s)"
            )
        )
    return conditions


def by_person(filters: Filters, event_at: str) -> sql.Composable:
    """That the event of a row `s` is this person's; `event_at` is the row's column of its time."""
    same = sql.SQL("e.id = s.event_id AND e.occurred_at = s.{at}").format(
        at=sql.Identifier(event_at)
    )
    return there_is("audit_event", "e", [same, *person_conditions(filters)])


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
        "since": filters.since,
        "until": filters.until,
    }
