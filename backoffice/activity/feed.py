"""Feeds: events with what they did, as entries. Inside a boundary, or everywhere.

Each event is an entry; `folds` draws those that belong together as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit import events as declared
from audit.event_filters import Boundary, EventFilters
from audit.event_versions import Wanted, wanted_versions
from audit.exceptions import UnknownEvent
from audit.feeds import Entry, Group, changes_inside, events_everywhere
from audit.filters import Filters
from audit.history_tables import Version
from audit.models import Event, Kind, Outcome
from audit.paging import Position
from backoffice.accounts.access import restricted_scopes
from backoffice.activity.catalogue import entity_of, has_pages, may_view, noun
from backoffice.activity.entries import Line, Page, ShownEntry, Timeline, further_line, line_of
from backoffice.activity.params import facts_of
from backoffice.activity.people import ShownActor
from backoffice.activity.records import RecordNames
from backoffice.activity.sentences import link, named_fields, sentence
from backoffice.activity.verbs import get_verb, verb_in
from backoffice.console.states import get_state
from backoffice.entities.access import parse_id
from backoffice.entities.values import label

LINES_SHOWN = 4
# How many of the records are named that one event changed alike.
RECORDS_NAMED = 3
# How an event that did not succeed is told; `%(did)s` is what was wanted.
UNSUCCESSFUL = {
    Outcome.DENIED: gettext_lazy("%(actor)s was refused “%(did)s”"),
    Outcome.FAILED: gettext_lazy("%(actor)s failed at “%(did)s”"),
    Outcome.CONFLICT: gettext_lazy("%(actor)s met a conflict at “%(did)s”"),
    Outcome.PREVIEWED: gettext_lazy("%(actor)s previewed “%(did)s”"),
    Outcome.REQUESTED: gettext_lazy("%(actor)s requested “%(did)s”"),
    Outcome.CANCELLED: gettext_lazy("%(actor)s cancelled “%(did)s”"),
    Outcome.PARTIAL: gettext_lazy("%(actor)s did in part “%(did)s”"),
}


def inside(
    viewer: Any,
    boundary: Boundary,
    record: Any,
    filters: Filters,
    cursor: Position | None,
    limit: int,
) -> Timeline:
    """What happened inside a boundary, which is the record."""
    page = changes_inside(boundary, filters, cursor, limit)
    shown = FeedPage(viewer, boundary)
    shown.changes.learn(record)
    return Timeline(shown.shown(page.rows), page.next, page.looked_back_to)


def everywhere(viewer: Any, filters: EventFilters, cursor: Position | None, limit: int) -> Timeline:
    """Events of all boundaries that are open to the reader."""
    page = events_everywhere(filters, cursor, limit)
    shown = FeedPage(viewer).shown(page.rows)
    return Timeline(shown, page.next, page.looked_back_to, is_flat=True)


class FeedPage(Page):
    """Events as entries, for one reader: as far as they happened inside the boundary."""

    def __init__(self, viewer: Any, boundary: Boundary | None = None) -> None:
        super().__init__(viewer)
        self.boundary = boundary
        self.scope = boundary.id if boundary and boundary.kind == "scope" else None
        self.names = RecordNames(viewer)
        self._versions: dict[tuple[int, str], list[Version]] = {}
        self._several: dict[tuple[int, str], list[Version]] = {}

    def shown(
        self, entries: Sequence[Entry], scopes: Sequence[int | None] = ()
    ) -> list[ShownEntry]:
        """The events as entries; `scopes` are theirs where it is known already."""
        self._load_versions(entries)
        known = [scope or self._scope_of(entry) for entry, scope in zip_longest(entries, scopes)]
        for entry, scope in zip(entries, known, strict=True):
            self.actors.want(entry.event, scope)
            self._want_target(entry.event)
        return [self._entry(entry, scope) for entry, scope in zip(entries, known, strict=True)]

    def _load_versions(self, entries: Sequence[Entry]) -> None:
        """What events did to one record, and a few records of those that did it to several.

        One query for each entity.
        """
        for name, wanted in self._wanted(entries).items():
            entity = entity_of(name)
            if entity is None:
                continue
            hidden = restricted_scopes(self.viewer)
            single, several = wanted_versions(entity.model, wanted, hidden, self.boundary)
            self._learn(self._versions, single)
            self._learn(self._several, several)
            self.changes.want(single)

    def _wanted(self, entries: Sequence[Entry]) -> dict[str, Wanted]:
        found: dict[str, Wanted] = {}
        for entry in entries:
            several = [g for g in in_order(entry.groups)[:1] if g.record_id is None]
            for group in [*(g for g in entry.groups if g.record_id is not None), *several]:
                if not may_view(self.viewer, group.entity):
                    continue
                wanted = found.setdefault(group.entity, Wanted(each=RECORDS_NAMED + 1))
                if group.record_id is not None:
                    wanted.pairs.append((entry.event.id, group.record_id))
                elif self._has_pages(group.entity):
                    wanted.events.append(entry.event.id)
        return found

    def _has_pages(self, name: str) -> bool:
        entity = entity_of(name)
        return entity is not None and has_pages(entity)

    def _learn(
        self, known: dict[tuple[int, str], list[Version]], versions: Iterable[Version]
    ) -> None:
        for version in versions:
            known.setdefault((version.event_id, version.entity), []).append(version)
            self.names.want_version(version)

    def _want_target(self, event: Event) -> None:
        pk = parse_id(event.record_id)
        if pk is not None and event.entity:
            self.names.want(event.entity, pk)

    def _scope_of(self, entry: Entry) -> int | None:
        """The scope by which the actor is told from namesakes of other scopes."""
        if self.scope is not None:
            return self.scope
        scopes = {scope for group in entry.groups for scope in group.scopes}
        return entry.event.scope or (scopes.pop() if len(scopes) == 1 else None)

    def _entry(self, entry: Entry, scope: int | None) -> ShownEntry:
        event, actor = entry.event, self.actors.get(entry.event, scope)
        groups = in_order(entry.groups)
        versions = [v for g in groups for v in self._versions.get((event.id, g.entity), [])]
        return ShownEntry(
            event=event,
            at=event.occurred_at,
            actor=actor,
            lines=self._lines(actor, event, groups),
            changes=self.shown_changes(versions),
            facts=[] if groups else facts_of(self.viewer, event),
            group=groups[0] if len(groups) == 1 else None,
            scope=scope,
            **self._named(event, groups),
        )

    def _named(self, event: Event, groups: list[Group]) -> dict[str, Any]:
        """The names of a few of several records, and how many more there are."""
        versions = self._several.get((event.id, groups[0].entity), []) if groups else []
        keys = list(dict.fromkeys(version.record_id for version in versions))[:RECORDS_NAMED]
        if not keys:
            return {}
        names = [self.names.of(groups[0].entity, pk) for pk in keys]
        return {"records": names, "more_records": max(0, groups[0].count - len(names))}

    def _lines(self, actor: ShownActor, event: Event, groups: list[Group]) -> list[Line]:
        if not groups:
            return [self._declared_line(actor, event)]
        groups = [replace(group, verb=verb_in(event.name, group.verb)) for group in groups]
        lines = [self._group_line(actor, groups[0])]
        lines += [self._further_line(group) for group in groups[1:LINES_SHOWN]]
        more = len(groups) - LINES_SHOWN
        if more > 0:
            text = ngettext("%(count)s more kind of change", "%(count)s more kinds of change", more)
            lines.append(Line(sentence(text, count=more), "more"))
        return lines

    def _further_line(self, group: Group) -> Line:
        """What else the event did, in short."""
        kind = noun(group.entity, group.count)
        if group.record_id is None:
            what = _("%(count)s %(entity)s") % {"count": f"{group.count:,}", "entity": kind}
            return further_line(get_verb(group.verb), what=what)
        name = self.names.of(group.entity, group.record_id)
        what = format_html("{} {}", kind, link(name.text, name.url))
        return further_line(get_verb(group.verb), what=what)

    def _group_line(self, actor: ShownActor, group: Group) -> Line:
        verb, entity = get_verb(group.verb), entity_of(group.entity)
        labels = [label(entity, name) if entity else name for name in group.fields]
        parts = {"actor": actor.subject, "fields": named_fields(labels)}
        if group.record_id is None:
            count = f"{group.count:,}"
            kind = noun(group.entity, group.count)
            return line_of(verb, verb.many, count=count, entity=kind, **parts)
        what = self.names.of(group.entity, group.record_id)
        named = link(what.text, what.url)
        return line_of(verb, verb.one, what=named, entity=noun(group.entity), **parts)

    def _declared_line(self, actor: ShownActor, event: Event) -> Line:
        """What the event's declaration says, for one that changed nothing that may be seen."""
        try:
            declaration = declared.get(event.name)
            did: object = str(declaration.sentence)
        except UnknownEvent:
            did = event.name
        template = UNSUCCESSFUL.get(Outcome(event.outcome), _("%(actor)s %(did)s"))
        text = sentence(str(template), actor=actor.subject, did=self._with_target(did, event))
        if event.outcome == Outcome.SUCCEEDED:
            return Line(text, "eye" if event.kind == Kind.READ else "dot-circle", "grey")
        state = get_state(event.outcome)
        return Line(text, state.icon, state.tone)

    def _with_target(self, did: object, event: Event) -> object:
        """What was done, with the one record that it was about, if it names one."""
        pk = parse_id(event.record_id)
        if pk is None or not event.entity or not may_view(self.viewer, event.entity):
            return did
        name = self.names.of(event.entity, pk)
        template = _("%(did)s: %(entity)s %(what)s")
        named = link(name.text, name.url)
        return sentence(template, did=did, entity=noun(event.entity), what=named)


def in_order(groups: Iterable[Group]) -> list[Group]:
    """The outermost entity first; children that only went along with their records not at all."""
    groups = list(groups)
    children = {
        (child, group.verb)
        for group in groups
        for child, _column in getattr(entity_of(group.entity), "timeline_children", ())
    }
    kept = [group for group in groups if (group.entity, group.verb) not in children]
    return sorted(kept, key=lambda g: (getattr(entity_of(g.entity), "order", 999), -g.count))
