"""Events as the targets of an operation: those that the performer may know of as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.event_filters import ANY_EVENT
from audit.feeds import entries_of
from audit.models import Effect, Event, Kind, Outcome
from audit.paging import Position
from backoffice.activity.access import open_events
from backoffice.activity.feed import FeedPage
from backoffice.activity.sentences import plain
from backoffice.operations import registry
from backoffice.operations.exceptions import Denied
from backoffice.operations.rewriting import reading
from backoffice.operations.rewriting.scopes import open_scopes
from backoffice.operations.rewriting.settled import Settled
from backoffice.operations.rewriting.settling import settle
from backoffice.operations.rewriting.tables import Model, Table, in_order
from backoffice.operations.rewriting.undoing import undoing_of
from backoffice.operations.rewriting.works import Work
from backoffice.operations.targets import SHOWN, Choice

if TYPE_CHECKING:
    from backoffice.operations.performers import Performer
    from backoffice.operations.rewriting.conflicts import Choices

# What an event may have ended as, for there to be something to take back.
DONE = (Outcome.SUCCEEDED, Outcome.PARTIAL, Outcome.REQUESTED)


@dataclass(frozen=True)
class Events:
    """Chosen events with all that belongs to them.

    Attributes:
        parts: by chosen event, the events that did its work in batches, itself included.
        entities: by event, what kinds of records it changed; scopes: in which scopes.
    """

    rows: Mapping[int, Event]
    parts: Mapping[int, frozenset[int]]
    entities: Mapping[int, frozenset[str]] = field(default_factory=dict)
    scopes: Mapping[int, frozenset[int | None]] = field(default_factory=dict)

    @property
    def every(self) -> set[int]:
        """All that have changed something, parts included."""
        return {event for parts in self.parts.values() for event in parts}

    def entities_of(self, keys: Collection[int]) -> set[str]:
        return {name for key in keys for name in self.entities.get(key, ())}

    def models(self) -> list[Model]:
        """The tables whose records they changed, those that can be written here."""
        names = self.entities_of(self.parts)
        return [
            m for m in in_order() if Table.of(m).entity in names and revertible(Table.of(m).entity)
        ]


def revertible(entity: str) -> bool:
    """Whether records of the entity can be put back: the area declares how."""
    return f"{entity}.revert" in registry.all_operations()


@dataclass(frozen=True)
class ChosenEvent:
    """One target, locked with what it changed; all of an order share their work."""

    pk: int
    event: Event
    events: Events
    work: Work


class EventTargets:
    """Changes that were carried out, as the targets of undoing them."""

    @property
    def label(self) -> str:
        return _("Event")

    @property
    def label_plural(self) -> str:
        return _("Events")

    @property
    def list_url(self) -> str:
        return reverse("activity-events")

    def url(self, key: int) -> str:
        return reverse("activity-event", args=[key])

    def known(self, performer: Performer, keys: Sequence[int]) -> set[int]:
        """Those that are changes and lie in open scopes with all that they did."""
        found = events_of(keys)
        every = {scope for scopes in found.scopes.values() for scope in scopes}
        open_ones = open_scopes(performer, every)
        return {key for key in found.rows if found.scopes[key] <= open_ones}

    def lock(self, performer: Performer, keys: Sequence[int]) -> list[ChosenEvent]:
        """The events; locked is what stands of the records that they changed."""
        known = self.known(performer, keys)
        found = events_of(known)
        refuse_without_right(performer, found)
        for model in found.models():
            table = Table.of(model)
            reading.living(table, changed_by(table, found.every), lock=True)
        work = Work(lambda choices, _params: planned(found, choices))
        return [ChosenEvent(key, found.rows[key], found, work) for key in sorted(found.rows)]

    def queryset(self, keys: Sequence[int]) -> QuerySet[Any]:
        return Event.objects.using("default").filter(pk__in=keys)

    def versions(self, keys: Sequence[int]) -> dict[int, int]:
        """The newest version of what an event changed, but for what undoing made.

        So parts of one undoing do not stand in each other's way.
        """
        found, newest = events_of(keys), dict.fromkeys(keys, 0)
        owner = {event: key for key, parts in found.parts.items() for event in parts}
        for model in found.models():
            marks = reading.marks_of(Table.of(model), found.every)
            undone = reading.undoings(reading.others_among(marks.values()))
            for one in marks.values():
                last = max((m.history_id for m in one if m.event_id not in undone), default=0)
                for key in {owner[m.event_id] for m in one if m.event_id in owner}:
                    newest[key] = max(newest[key], last)
        return newest

    def scopes(self, performer: Performer, keys: Sequence[int]) -> list[int]:
        every = {scope for scopes in events_of(keys).scopes.values() for scope in scopes}
        return sorted(scope for scope in open_scopes(performer, every) if scope is not None)

    def choices(
        self, staff: Any, keys: Sequence[int], reasons: Mapping[int, str] | None = None
    ) -> list[Choice]:
        """Each event in the words of the activity."""
        rows = self.queryset(list(keys)[:SHOWN]).order_by("-pk")
        places = [Position(event.occurred_at, event.pk) for event in rows]
        entries = entries_of(places, open_events(staff, ANY_EVENT), "default")
        found = [entries[place.id] for place in places if place.id in entries]
        return [
            Choice(
                entry.event.pk,
                f"#{entry.event.pk} {plain(entry.lines[0].text)}",
                entry.url,
                [entry.event.outcome] if entry.shows_outcome else [],
                (reasons or {}).get(entry.event.pk, ""),
            )
            for entry in FeedPage(staff).shown(found)
        ]


def events_of(keys: Collection[int]) -> Events:
    """The changes among these events, with their parts and what all of them did."""
    rows = {
        event.pk: event
        for event in Event.objects.using("default").filter(
            pk__in=set(keys), kind=Kind.CHANGE, outcome__in=DONE
        )
    }
    asked = [pk for pk, event in rows.items() if event.outcome != Outcome.SUCCEEDED]
    children = Event.objects.using("default").filter(parent_id__in=asked, outcome="succeeded")
    parts: dict[int, set[int]] = {pk: {pk} for pk in rows}
    for child in children.only("pk", "parent_id") if asked else ():
        if child.parent_id is not None:
            parts[child.parent_id].add(child.pk)
    entities, scopes = _effects(rows, parts)
    return Events(rows, {pk: frozenset(one) for pk, one in parts.items()}, entities, scopes)


def _effects(
    rows: Mapping[int, Event], parts: Mapping[int, set[int]]
) -> tuple[dict[int, frozenset[str]], dict[int, frozenset[int | None]]]:
    """What kinds of records each event changed, in which scopes; its own scope counts too."""
    owner = {event: key for key, one in parts.items() for event in one}
    entities: dict[int, set[str]] = {key: set() for key in parts}
    scopes: dict[int, set[int | None]] = {key: {rows[key].scope} for key in parts}
    found = Effect.objects.using("default").filter(event_id__in=list(owner)).order_by()
    for event, entity, scope in found.values_list("event_id", "entity", "scope").distinct():
        entities[owner[event]].add(entity)
        scopes[owner[event]].add(scope)
    return (
        {key: frozenset(one) for key, one in entities.items()},
        {key: frozenset(one) for key, one in scopes.items()},
    )


def refuse_without_right(performer: Performer, found: Events) -> None:
    """Undoing asks for the right to put back every kind of record that is touched."""
    for model in found.models():
        operation = registry.get(f"{Table.of(model).entity}.revert")
        if not performer.may(operation):
            text = _("This needs the permission “%s” as well. Nothing was done.")
            raise Denied(text % operation.permission)


def changed_by(table: Table, events: Collection[int]) -> set[int]:
    """The records of a table that these events changed."""
    query = (
        "SELECT DISTINCT v.{pk} FROM unnest(%s::bigint[]) AS k(id) CROSS JOIN LATERAL "
        "(SELECT h.{pk} FROM public.{history} h WHERE h.event_id = k.id) v"
    )
    return {row[0] for row in reading.ask(query, table, [sorted(events)])}


def planned(found: Events, choices: Choices) -> Settled:
    """The inverse of the events, as far as it can be done."""
    undoing = undoing_of(found.models(), found.every, choices)
    settled = settle(undoing.steps, choices, undoing.conflicts)
    settled.netted = undoing.netted
    return settled


def records_of(keys: Collection[int]) -> dict[str, int]:
    """How many records these events changed, by what was done to them."""
    every = sorted(events_of(keys).every)
    found = Effect.objects.using("default").filter(event_id__in=every).order_by()
    return dict(found.values("verb").annotate(total=Sum("count")).values_list("verb", "total"))
