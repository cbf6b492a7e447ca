"""The timeline of one record: its versions and its children's, one entry an event, newest first.

A record that is a boundary (a scope or an area) has everything inside it instead: see `feed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import ngettext

from audit.event_filters import Boundary
from audit.feeds import Entry as EventEntry
from audit.feeds import entries_of, inside_of
from audit.filters import EVERYTHING, Filters
from audit.history_tables import Version
from audit.paging import Position
from audit.selectors import Source, versions_of
from backoffice.activity import feed
from backoffice.activity.catalogue import entity_of, noun
from backoffice.activity.entries import (
    Line,
    Page,
    ShownEntry,
    Timeline,
    archived,
    further_line,
    groups_by_event,
    line_of,
    open_to,
)
from backoffice.activity.fold_rows import FoldedTimeline
from backoffice.activity.folds import folded
from backoffice.activity.moments import as_of_url
from backoffice.activity.people import ShownActor
from backoffice.activity.sentences import named_fields
from backoffice.activity.verbs import get_verb, verb_in
from backoffice.entities import registry
from backoffice.entities.entity import Entity
from backoffice.entities.values import label

PAGE_SIZE = 25


def entries_for(
    request: HttpRequest,
    entity: Entity,
    record: Any,
    filters: Filters = EVERYTHING,
    cursor: Position | None = None,
    *,
    limit: int = PAGE_SIZE,
    own: bool = False,
) -> Timeline:
    """A page of a record's timeline, for the person who asks.

    Args:
        record: the record, living or as its last version had it.
        filters: what to narrow to; scopes that are closed to the person are left out anyway.
        cursor: where the page before ended; None for the newest.
        own: for a boundary, only what was done to the record itself.
    """
    filters = replace(filters, hidden_scopes=open_to(request.user, filters))
    if entity.timeline_boundary and not own:
        boundary = Boundary(entity.timeline_boundary, record.pk)
        return feed.inside(request.user, boundary, record, filters, cursor, limit)
    page = versions_of(record.pk, sources_of(entity), filters, cursor, limit)
    events = entries_of([Position(v.event_at, v.event_id) for v in page.rows], filters)
    shown = RecordEntries(request.user, entity, record.pk, events)
    shown.changes.learn(record)
    return Timeline(shown.shown(page.rows), page.next, page.looked_back_to)


def folded_inside(
    viewer: Any, entity: Entity, record: Any, filters: Filters, cursor: Position | None
) -> FoldedTimeline:
    """A page of everything inside a record that is a boundary, folded."""
    filters = replace(filters, hidden_scopes=open_to(viewer, filters))
    boundary = Boundary(entity.timeline_boundary, record.pk)
    return folded(viewer, inside_of(boundary, filters), cursor, PAGE_SIZE, record)


def sources_of(entity: Entity) -> list[Source]:
    """The histories that a record's timeline is made of."""
    children = [
        Source(registry.get(child).model, column) for child, column in entity.timeline_children
    ]
    return [Source(entity.model), *children]


class RecordEntries(Page):
    """Versions of one record and its children, as entries."""

    def __init__(self, viewer: Any, entity: Entity, pk: int, events: dict[int, EventEntry]) -> None:
        super().__init__(viewer)
        self.entity, self.pk, self.events = entity, pk, events

    def shown(self, versions: Sequence[Version]) -> list[ShownEntry]:
        self.changes.want(versions)
        groups = groups_by_event(versions)
        for group in groups:
            self.actors.want(self._event(group[0]), group[0].scope)
        return [self._entry(group[::-1]) for group in groups]

    def _event(self, version: Version) -> Any:
        found = self.events.get(version.event_id)
        return found.event if found else archived(version)

    def _entry(self, group: list[Version]) -> ShownEntry:
        """An entry of versions of one event, oldest first."""
        event = self._event(group[0])
        actor = self.actors.get(event, group[0].scope)
        own = [v for v in group if self._is_own(v)]
        ends = [v for v in own if v.created or v.deleted]
        return ShownEntry(
            event=event,
            at=group[-1].at,
            actor=actor,
            lines=self._lines(actor, group),
            others=self._others(group),
            changes=self.shown_changes(group),
            state=self.changes.state(ends[-1]) if ends else [],
            as_of_url=as_of_url(self.entity, self.pk, group[-1].at),
            version=own[-1] if own else None,
        )

    def _is_own(self, version: Version) -> bool:
        return version.entity == self.entity.name and version.record_id == self.pk

    def _lines(self, actor: ShownActor, group: list[Version]) -> list[Line]:
        """One line for each verb; a child that only went along with its record has none."""
        own = {version.verb for version in group if self._is_own(version)}
        verbs = [
            version.verb for version in group if self._is_own(version) or version.verb == "changed"
        ]
        lines: list[Line] = []
        for name in dict.fromkeys(verbs):
            verb = get_verb(verb_in(self._event(group[0]).name, name))
            fields = named_fields(self._changed_labels(group))
            if lines and name == "changed":
                lines.append(further_line(verb, what=fields))
            else:
                lines.append(line_of(verb, verb.here, actor=actor.subject, fields=fields))
        for version in group:
            verb = get_verb(verb_in(self._event(version).name, version.verb))
            kind = noun(version.entity)
            if self._is_own(version) or version.verb in {*own, "changed"}:
                continue
            what = self.qualifier(version)
            if lines:
                lines.append(further_line(verb, what=f"{kind} {what}"))
            else:
                lines.append(line_of(verb, verb.one, actor=actor.subject, entity=kind, what=what))
        return lines

    def _changed_labels(self, group: list[Version]) -> list[str]:
        labels = []
        for version in group:
            entity = entity_of(version.entity)
            if version.verb != "changed" or entity is None:
                continue
            qualifier = self.qualifier(version)
            for name in version.fields:
                text = label(entity, name)
                labels.append(f"{text} ({qualifier})" if qualifier else text)
        return list(dict.fromkeys(labels))

    def _others(self, group: list[Version]) -> str:
        """How many more records the same event changed in the same way."""
        first = next((v for v in group if self._is_own(v)), group[0])
        key = (first.entity, first.verb)
        found = self.events.get(first.event_id)
        counts = [g.count for g in (found.groups if found else []) if (g.entity, g.verb) == key]
        more = sum(counts) - sum(1 for v in group if (v.entity, v.verb) == key)
        if more <= 0:
            return ""
        text = ngettext("with %(count)s other", "with %(count)s others", more)
        return text % {"count": f"{more:,}"}
