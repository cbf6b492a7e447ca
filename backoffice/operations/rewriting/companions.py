"""What was deleted along with records: in the same event, or by the same hand around it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import sql

from audit.models import Event, Kind, Outcome
from audit.questions import GAP
from backoffice.operations.rewriting import reading
from backoffice.operations.rewriting.reading import End
from backoffice.operations.rewriting.tables import Table, batches

# So many events of one actor are looked through for what belongs to a deletion.
EVENTS = 20_000
CHILDREN = """
SELECT v.{pk}, v.history_id, v.event_id, v.event_at, v.event_scope, v.{parent}
FROM unnest(%s::bigint[]) AS k(id) CROSS JOIN LATERAL (
    SELECT h.* FROM public.{history} h WHERE h.event_id = k.id AND h.history_type = '-'
    AND h.{parent} = ANY (%s::bigint[])
) v
"""


@dataclass(frozen=True)
class Stretch:
    """The events of one actor around some deletions."""

    first: datetime
    last: datetime


def deleted_with(ends: Mapping[int, End], child: Table, name: str) -> dict[int, End]:
    """The records that pointed to these by `name` and ended with them, and are still gone."""
    events = events_around(ends.values())
    found: dict[int, End] = {}
    parents: dict[int, int] = {}
    for batch in batches(sorted(events), reading.ROWS):
        params = [list(batch), list(ends)]
        column = sql.Identifier(child.column(name))
        for *end, parent in reading.ask(CHILDREN, child, params, parent=column):
            one = End(*end)
            if abs(one.event_at - ends[parent].event_at) <= GAP:
                found[one.pk], parents[one.pk] = one, parent
    last = reading.ends_of(child, found)
    gone = {pk for pk, end in found.items() if pk in last and last[pk] == end}
    return {pk: found[pk] for pk in gone | _replaced(child, name, found, parents)}


def _replaced(
    child: Table, name: str, found: Mapping[int, End], parents: Mapping[int, int]
) -> set[int]:
    """Those in whose place another record stands, which belongs elsewhere."""
    now = reading.held(child, [name], found)
    return {pk for pk, values in now.items() if values[name] != parents[pk]}


def events_around(ends: Iterable[End]) -> set[int]:
    """The events that ended these, and what the same actors did shortly before and after."""
    known = {end.event_id: end.event_at for end in ends}
    found = set(known)
    for (kind, actor), stretch in _stretches(known).items():
        rows = Event.objects.using("default").filter(
            actor_kind=kind,
            actor_id=actor,
            occurred_at__range=(stretch.first - GAP, stretch.last + GAP),
            kind=Kind.CHANGE,
            outcome=Outcome.SUCCEEDED,
        )
        found |= set(rows.order_by("-occurred_at").values_list("id", flat=True)[:EVENTS])
    return found


def _stretches(known: Mapping[int, datetime]) -> dict[tuple[str, str], Stretch]:
    """From when to when each actor deleted; events that went to archives have none."""
    found: dict[tuple[str, str], Stretch] = {}
    for kind, actor, at in _actors(known):
        old = found.get((kind, actor), Stretch(at, at))
        found[kind, actor] = Stretch(min(old.first, at), max(old.last, at))
    return found


def _actors(known: Mapping[int, datetime]) -> Collection[tuple[str, str, datetime]]:
    if not known:
        return []
    span = (min(known.values()), max(known.values()) + timedelta(microseconds=1))
    rows = Event.objects.using("default").filter(id__in=list(known), occurred_at__range=span)
    return list(rows.values_list("actor_kind", "actor_id", "occurred_at"))
