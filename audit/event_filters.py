"""Conditions of events and of what they did, from filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import sql

from audit.filters import (
    Columns,
    Filters,
    did_conditions,
    open_conditions,
    parameters,
    person_conditions,
    there_is,
)

Span = tuple[datetime, datetime]
# An effect as what an event `e` did.
DID = Columns("f", "fields", "scope", "occurred_at")


@dataclass(frozen=True)
class Boundary:
    """What a feed is the inside of: a `scope` or an `area`, by its id."""

    kind: str
    id: int

    def __post_init__(self) -> None:
        if self.kind not in {"scope", "area"}:
            raise ValueError(f"A feed has no boundary {self.kind!r}. Use scope or area.")

    def inside(self, alias: str) -> sql.Composable:
        """That a row with the boundary's column lies inside."""
        column = sql.Identifier(alias, self.kind)
        return sql.SQL("{column} = %(boundary)s").format(column=column)


@dataclass(frozen=True)
class EventFilters(Filters):
    """Filters over all events, with what only events have.

    Attributes:
        kinds: kinds of events (`audit.models.Kind`), all when empty.
        open_kinds: the kinds that the reader may know of, all when empty; own: the (kind, id) of
            the reader, who may know of all that they did.
        by: a kind of actor; name, outcome, ticket: exactly.
        record: the (entity, id) of an event's one target.
        text: to be found in the reason or the detail.
        boundary: what it must have been done in, or been about.
        span: the times between which all that is looked at is known to lie. It narrows nothing:
            the planner leaves the other months out of account, which cost more than the answer.
    """

    kinds: tuple[str, ...] = ()
    open_kinds: tuple[str, ...] = ()
    own: tuple[str, str] | None = None
    by: str = ""
    name: str = ""
    outcome: str = ""
    ticket: str = ""
    record: tuple[str, str] | None = None
    text: str = ""
    boundary: Boundary | None = None
    span: Span | None = None

    def within_span(self, alias: str) -> list[sql.Composable]:
        """That a row lies within the span, said of it for the planner."""
        if self.span is None:
            return []
        first, last = self.span
        between = sql.SQL("{}.occurred_at BETWEEN {} AND {}")
        return [between.format(sql.Identifier(alias), sql.Literal(first), sql.Literal(last))]


ANY_EVENT = EventFilters()


def indexed_conditions(filters: EventFilters) -> list[sql.Composable]:
    """What an index of events narrows by."""
    conditions: list[sql.Composable] = []
    if filters.actor:
        conditions.append(sql.SQL("e.actor_kind = %(actor_kind)s AND e.actor_id = %(actor_id)s"))
    if filters.record:
        conditions.append(
            sql.SQL(
                "e.entity = %(record_entity)s AND e.record_id = %(record_id)s AND e.record_id <> ''"
            )
        )
    if filters.ticket:
        conditions.append(sql.SQL("e.ticket = %(ticket)s AND e.ticket <> ''"))
    return conditions


def event_conditions(filters: EventFilters) -> list[sql.Composable]:
    """What else must hold for an event `e`."""
    conditions: list[sql.Composable] = []
    if filters.open_kinds:
        conditions.append(
            sql.SQL(
                "(e.kind = ANY (%(open_kinds)s)"
                " OR (e.actor_kind = %(own_kind)s AND e.actor_id = %(own_id)s))"
            )
        )
    if filters.kinds:
        conditions.append(sql.SQL("e.kind = ANY (%(kinds)s)"))
    if filters.by:
        conditions.append(sql.SQL("e.actor_kind = %(by)s"))
    if filters.name:
        conditions.append(sql.SQL("e.name = %(name)s"))
    if filters.outcome:
        conditions.append(sql.SQL("e.outcome = %(outcome)s"))
    if filters.text:
        conditions.append(
            sql.SQL("position(lower(%(text)s) IN lower(e.reason || ' ' || e.detail)) > 0")
        )
    return [*conditions, *person_conditions(filters), *_did(filters), *_open(filters)]


def what_it_did(filters: EventFilters) -> list[sql.Composable]:
    """What must hold for an effect `f` to be shown with its event: open, and inside."""
    inside = [filters.boundary.inside("f")] if filters.boundary else []
    return [*inside, *open_conditions(filters, DID), *filters.within_span("f")]


def _did(filters: EventFilters) -> list[sql.Composable]:
    """That it did this or, for an entity or a scope alone, that it was about one."""
    effect = did_conditions(filters, DID)
    about: list[sql.Composable] = []
    exact = bool(effect)
    if filters.entity:
        effect.append(sql.SQL("f.entity = %(entity)s"))
        about.append(sql.SQL("e.entity = %(entity)s"))
    if filters.boundary:
        effect.append(filters.boundary.inside("f"))
        is_scope = filters.boundary.kind == "scope"
        about.append(filters.boundary.inside("e") if is_scope else sql.SQL("false"))
    if not effect:
        return []
    # What it did where the reader may not look is no answer to any question of theirs.
    effect += open_conditions(filters, DID)
    if exact:
        return [_effect(filters, effect)]
    did = _effect(filters, effect)
    return [sql.SQL("({} OR ({}))").format(did, sql.SQL(" AND ").join(about))]


def _open(filters: EventFilters) -> list[sql.Composable]:
    """That it is open to the reader: its scope, and some of what it did, if it did anything.

    What changed nothing, as a preview or a refusal, may be about several scopes.
    """
    if not filters.hidden_scopes:
        return []
    about_others = sql.SQL("coalesce(e.params -> 'scopes' ?| %(hidden_texts)s, false)")
    return [
        sql.SQL("(e.scope IS NULL OR e.scope <> ALL (%(hidden)s))"),
        sql.SQL("({did_open} OR NOT ({did_hidden} OR {about_others}))").format(
            did_open=_effect(filters, open_conditions(filters, DID)),
            did_hidden=_effect(filters, [sql.SQL("f.scope = ANY (%(hidden)s)")]),
            about_others=about_others,
        ),
    ]


def _effect(filters: EventFilters, conditions: list[sql.Composable]) -> sql.Composable:
    same = sql.SQL("f.event_id = e.id AND f.occurred_at = e.occurred_at")
    return there_is("audit_effect", "f", [same, *filters.within_span("f"), *conditions])


def event_parameters(filters: EventFilters) -> dict[str, Any]:
    """What the conditions refer to, by name."""
    own_kind, own_id = filters.own or ("", "")
    entity, record_id = filters.record or ("", "")
    return {
        **parameters(filters),
        "hidden_texts": [str(scope) for scope in sorted(filters.hidden_scopes)],
        "kinds": list(filters.kinds),
        "open_kinds": list(filters.open_kinds),
        "own_kind": own_kind,
        "own_id": own_id,
        "by": filters.by,
        "name": filters.name,
        "outcome": filters.outcome,
        "ticket": filters.ticket,
        "text": filters.text,
        "record_entity": entity,
        "record_id": record_id,
        "boundary": filters.boundary.id if filters.boundary else None,
    }
