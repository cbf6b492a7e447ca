"""Events as lines of a file, batch by batch: any number of them, in constant memory.

Each batch is a statement of its own that goes on where the last one ended. So no statement runs
long, nothing is held open on the replica, and a batch that meets a conflict there is asked again.
Events never change, so the batches together are what one long cursor would have read.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.event_filters import EventFilters
from audit.feeds import Entry, Group, entries_of, events_in_scopes
from audit.paging import Position
from audit.questions import Question
from audit.windows import next_passing
from backoffice.activity.params import open_params
from backoffice.activity.people import Actors, ShownActor
from backoffice.console.spreadsheets import MARK, Echo, safe_cell

BATCH = 2_000
COLUMNS = (
    *("event", "time", "name", "outcome", "actor_kind", "actor_id", "actor", "entity", "verb"),
    *("fields", "count", "record", "scopes", "reason", "ticket", "detail", "tool"),
    *("database_role", "client_address", "request", "recorded_at"),
)


class Export:
    """All events that pass, as lines of one format, for one reader.

    Attributes: count: how many events were written; problem: why it was cut short, if it was.
    """

    def __init__(self, viewer: Any, filters: EventFilters, kind: str) -> None:
        self.viewer, self.filters, self.kind = viewer, filters, kind
        self.count, self.problem = 0, ""

    def lines(self) -> Iterator[str]:
        """The whole file; cut short, its last line says so."""
        if self.kind == "csv":
            yield MARK + _cells(COLUMNS)
        line: Callable[[Entry, ShownActor, Any], str] = _csv if self.kind == "csv" else _json
        try:
            for batch in self._batches():
                yield "".join(line(*one) for one in batch)
                self.count += len(batch)
        except (OperationalError, InterfaceError) as error:
            self.problem = str(error).strip().splitlines()[0][:200]
            yield self._manifest()

    def _manifest(self) -> str:
        text = _("Cut short after %(count)s events: %(problem)s")
        said = text % {"count": f"{self.count:,}", "problem": self.problem}
        if self.kind == "csv":
            return _cells([f"# {said}"])
        return json.dumps({"cut": True, "events": self.count, "problem": self.problem}) + "\n"

    def _batches(self) -> Iterator[list[tuple[Entry, ShownActor, Any]]]:
        question, place = Question(self.filters), None
        while True:
            places, edge = self._asked(question, place)
            if places:
                yield self._shown(places)
            if edge is None:
                return
            place = edge

    def _asked(
        self, question: Question, before: Position | None
    ) -> tuple[list[Position], Position | None]:
        try:
            return next_passing(question, before, BATCH)
        except OperationalError:
            # A replica cancels what stands in the way of its replay; asked again, it goes on.
            connections[question.alias].close()
            return next_passing(question, before, BATCH)

    def _shown(self, places: list[Position]) -> list[tuple[Entry, ShownActor, Any]]:
        """The events of a batch with their actors and parameters, as far as these are open."""
        found = entries_of(places, self.filters)
        closed = events_in_scopes(places, self.filters.hidden_scopes)
        entries = [found[place.id] for place in places if place.id in found]
        actors = Actors(self.viewer)
        for entry in entries:
            actors.want(entry.event, _scope_of(entry))
        return [
            (
                entry,
                actors.get(entry.event, _scope_of(entry)),
                {} if entry.event.id in closed else open_params(self.viewer, entry.event),
            )
            for entry in entries
        ]


def _scope_of(entry: Entry) -> int | None:
    scopes = {scope for group in entry.groups for scope in group.scopes}
    return entry.event.scope or (scopes.pop() if len(scopes) == 1 else None)


def _csv(entry: Entry, actor: ShownActor, params: Any) -> str:
    """A line for each kind of effect; one for an event that changed nothing."""
    groups: Sequence[Group | None] = entry.groups or [None]
    return "".join(_cells(_values(entry, actor, group)) for group in groups)


def _values(entry: Entry, actor: ShownActor, group: Group | None) -> list[object]:
    event = entry.event
    did: list[object] = [event.entity, "", "", "", event.record_id, event.scope or ""]
    if group is not None:
        scopes = " ".join(str(scope) for scope in sorted(s for s in group.scopes if s))
        record = group.record_id or ""
        did = [group.entity, group.verb, " ".join(group.fields), group.count, record, scopes]
    return [
        *(event.id, _moment(event.occurred_at), event.name, event.outcome),
        *(actor.kind, actor.id, actor.name),
        *did,
        *(event.reason, event.ticket, event.detail, event.tool, event.database_role),
        *(event.client_address or "", event.request_id, _moment(event.recorded_at)),
    ]


def _json(entry: Entry, actor: ShownActor, params: Any) -> str:
    event = entry.event
    effects = [
        {
            "entity": group.entity,
            "verb": group.verb,
            "fields": list(group.fields),
            "count": group.count,
            "record": group.record_id,
            "scopes": sorted(scope for scope in group.scopes if scope),
        }
        for group in entry.groups
    ]
    found = {
        "event": event.id,
        "time": event.occurred_at,
        "recorded_at": event.recorded_at,
        "name": event.name,
        "kind": event.kind,
        "outcome": event.outcome,
        "actor": {"kind": actor.kind, "id": actor.id, "name": actor.name},
        "about": {"entity": event.entity, "record": event.record_id, "scope": event.scope},
        "effects": effects,
        "reason": event.reason,
        "ticket": event.ticket,
        "detail": event.detail,
        "params": params,
        "tool": event.tool,
        "database_role": event.database_role,
        "client_address": event.client_address,
        "request": event.request_id,
    }
    return json.dumps(found, ensure_ascii=False, cls=DjangoJSONEncoder) + "\n"


def _cells(values: Any) -> str:
    line: str = csv.writer(Echo()).writerow([safe_cell(value) for value in values])
    return line


def _moment(moment: Any) -> str:
    return str(timezone.localtime(moment).isoformat(timespec="milliseconds"))
