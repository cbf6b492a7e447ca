"""What events did to records: the versions that pages of events show or name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import models
from psycopg import sql

from audit.event_filters import Boundary
from audit.filters import all_of
from audit.history_tables import HistoryTable, Version

# One event may change one record any number of times; a page of events shows no more than this.
PAIRS_VERSIONS = 200
# Of one event, the first few rows.
OF_EVENTS = (
    "SELECT h.* FROM unnest(%(events)s::bigint[]) AS k(id) CROSS JOIN LATERAL ("
    "SELECT v.* FROM {table} v WHERE v.event_id = k.id AND v.history_id > %(after)s AND {inside} "
    "ORDER BY v.history_id LIMIT {each}) h ORDER BY h.history_id LIMIT {limit}"
)
OF_PAIRS = (
    "SELECT h.* FROM unnest(%(of)s::bigint[], %(records)s::bigint[]) AS k(event, record) "
    "JOIN {table} h ON h.event_id = k.event AND h.{pk} = k.record LIMIT {limit}"
)


@dataclass(frozen=True)
class Wanted:
    """Versions of one model that a page of events asks for.

    Attributes:
        pairs: (event id, record id): what each event did to this one record.
        events: of these events a few rows that are open, and inside; `each`: how many.
    """

    pairs: list[tuple[int, int]] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    each: int = 1


def wanted_versions(
    model: type[models.Model],
    wanted: Wanted,
    hidden_scopes: frozenset[int] = frozenset(),
    boundary: Boundary | None = None,
    using: str | None = None,
) -> tuple[list[Version], list[Version]]:
    """Those of the pairs and those of the events, in the order it was done; one query for both."""
    table = HistoryTable.of(model)
    parts = []
    if wanted.pairs:
        parts.append(_of_pairs(table))
    if wanted.events:
        size = wanted.each * len(wanted.events)
        parts.append(_of_events(table, size, wanted.each, hidden_scopes, boundary))
    if not parts:
        return [], []
    params = {
        "of": [event for event, _record in wanted.pairs],
        "records": [record for _event, record in wanted.pairs],
        "events": wanted.events,
        "after": 0,
        "hidden": sorted(hidden_scopes),
        "boundary": boundary.id if boundary else None,
    }
    source = sql.SQL(" UNION ALL ").join(sql.SQL("({})").format(part) for part in parts)
    found = table.select(source, params, using, newest_first=False)
    rows = {version.history_id: version for version in found}.values()
    pairs, events = set(wanted.pairs), set(wanted.events)
    single = [row for row in rows if (row.event_id, row.record_id) in pairs]
    others = [row for row in rows if (row.event_id, row.record_id) not in pairs]
    return single, [row for row in others if row.event_id in events]


def versions_of_events(
    model: type[models.Model],
    event_ids: Sequence[int],
    after: int = 0,
    limit: int = 50,
    each: int | None = None,
    hidden_scopes: frozenset[int] = frozenset(),
    boundary: Boundary | None = None,
    using: str | None = None,
) -> list[Version]:
    """What events did to the records of a model, in the order it was done, from `after` on.

    Args: each: rows of each event; boundary: only what was done inside it.

    Each is looked up by itself: a list of ids beside a limit would let the planner walk the whole
    table in the wanted order.
    """
    table = HistoryTable.of(model)
    source = _of_events(table, limit, limit if each is None else each, hidden_scopes, boundary)
    params = {
        "events": list(event_ids),
        "after": after,
        "hidden": sorted(hidden_scopes),
        "boundary": boundary.id if boundary else None,
    }
    return table.select(source, params, using, newest_first=False)


def _of_events(
    table: HistoryTable,
    limit: int,
    each: int,
    hidden_scopes: frozenset[int],
    boundary: Boundary | None,
) -> sql.Composed:
    inside: list[sql.Composable] = []
    if hidden_scopes:
        inside.append(sql.SQL("(v.event_scope IS NULL OR v.event_scope <> ALL (%(hidden)s))"))
    if boundary:
        column = sql.Identifier("v", f"event_{boundary.kind}")
        inside.append(sql.SQL("{} = %(boundary)s").format(column))
    return sql.SQL(OF_EVENTS).format(
        table=sql.Identifier(table.name),
        inside=all_of(inside),
        each=sql.Literal(each),
        limit=sql.Literal(limit),
    )


def _of_pairs(table: HistoryTable) -> sql.Composed:
    return sql.SQL(OF_PAIRS).format(
        table=sql.Identifier(table.name),
        pk=sql.Identifier(table.pk),
        limit=sql.Literal(PAIRS_VERSIONS),
    )
