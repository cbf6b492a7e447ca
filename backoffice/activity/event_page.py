"""One event with everything about it: who, why, from where, and the exact rows it changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from audit.event_versions import versions_of_events
from audit.feeds import Entry, Group, did_elsewhere
from audit.history_tables import Version
from audit.models import Event
from backoffice.accounts.access import restricted_scopes
from backoffice.activity.catalogue import entity_of, has_pages, may_view
from backoffice.activity.changes import ShownChange
from backoffice.activity.entries import Line, ShownEntry
from backoffice.activity.feed import FeedPage
from backoffice.activity.kin import Kin, kin_of
from backoffice.activity.params import shown_params
from backoffice.activity.sentences import plain
from backoffice.activity.verbs import Verb, get_verb, verb_in
from backoffice.console import time_format
from backoffice.entities.access import parse_id
from backoffice.entities.addresses import Address
from backoffice.entities.entity import Entity
from backoffice.entities.names import Name
from backoffice.entities.values import Readable

ROWS = 100
COPIED_ROWS = 100


@dataclass(frozen=True)
class Row:
    """One changed record: what was done to it, what changed or what it held, how it is `now`."""

    version: Version
    name: Name
    verb: Verb
    changes: list[ShownChange]
    state: list[tuple[str, Readable]]
    can_be_target: bool
    now: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """The changed records of one entity; `next_url` leads to more of them."""

    entity: Entity
    count: int
    rows: list[Row]
    next_url: str = ""
    first_url: str = ""
    takes_targets: bool = False


@dataclass
class EventPage:
    """What the page of an event shows."""

    entry: ShownEntry
    sections: list[Section] = field(default_factory=list)
    params: str = ""
    is_partly_hidden: bool = False
    kin: Kin = field(default_factory=Kin)
    permalink: str = ""

    @property
    def event(self) -> Event:
        return self.entry.event

    @property
    def id_text(self) -> str:
        """The id as people write it."""
        return f"#{self.event.pk}"

    @property
    def more_lines(self) -> list[Line]:
        return self.entry.lines[1:]

    @property
    def was_claimed(self) -> bool:
        """Whether the event carries another time than that of its recording: an import."""
        distance = abs(self.event.recorded_at - self.event.occurred_at)
        return distance > timedelta(minutes=1)

    @property
    def heading(self) -> str:
        return plain(self.entry.lines[0].text)

    @property
    def as_text(self) -> str:
        """The event as lines of text, for a ticket or a message."""
        event = self.event
        lines = [
            f"#{event.id} {self.heading}",
            time_format.with_offset(event.occurred_at),
            *(plain(line.text) for line in self.entry.lines[1:]),
            *_fact(_("Event"), event.name),
            *_fact(_("Outcome"), event.get_outcome_display()),
            *_fact(_("Approved by"), event.approver_label),
            *_fact(_("Reason"), event.reason),
            *_fact(_("Ticket"), event.ticket),
            *_fact(_("Detail"), event.detail),
            *_fact(_("From where"), " · ".join([*self.entry.sources, event.database_role])),
            *_fact(_("Request"), event.request_id),
            *(line for section in self.sections for line in _lines_of(section)),
            *_fact(_("Parameters"), self.params),
            self.permalink,
        ]
        return "\n".join(lines)


def event_page(request: HttpRequest, entry: Entry) -> EventPage:
    """Everything about one event that the person may know."""
    viewer: Any = request.user
    hidden = restricted_scopes(viewer)
    page = _OneEvent(viewer)
    rows = RowSections(request, page, [entry.event.id], hidden)
    rows.event_name = entry.event.name
    rows.load(entry.groups)
    shown = page.shown([entry])[0]
    partly = did_elsewhere(entry.event, hidden)
    return EventPage(
        entry=shown,
        sections=rows.of(entry.groups),
        # Parameters may name what lies in scopes that are closed to the person.
        params="" if partly else shown_params(viewer, entry.event),
        is_partly_hidden=partly,
        kin=kin_of(viewer, entry.event),
        permalink=request.build_absolute_uri(shown.url),
    )


class _OneEvent(FeedPage):
    """An event whose rows are read anyway: the feed needs not read a few of them beforehand."""

    def _load_versions(self, entries: Sequence[Entry]) -> None:
        """The rows, and their names, stand below the headline."""


class RowSections:
    """The rows that events changed, by entity, a page of each."""

    def __init__(
        self, request: HttpRequest, page: FeedPage, events: Sequence[int], hidden: frozenset[int]
    ) -> None:
        self.request, self.page, self.events, self.hidden = request, page, events, hidden
        self.address = Address(request)
        # Of one event, what it is called: verbs may mean something else in it.
        self.event_name = ""
        self._loaded: dict[str, list[Version]] = {}

    def load(self, groups: Iterable[Group]) -> None:
        """Read the rows of all entities before any is shown, so that each thing is asked once."""
        for name in dict.fromkeys(group.entity for group in groups):
            entity = entity_of(name)
            if entity is not None and may_view(self.request.user, name):
                self._versions(entity)

    def _versions(self, entity: Entity) -> list[Version]:
        """A page of the entity's rows and one more, read once."""
        if entity.name not in self._loaded:
            found = versions_of_events(
                entity.model,
                self.events,
                self._after(entity),
                ROWS + 1,
                hidden_scopes=self.hidden,
                boundary=self.page.boundary,
            )
            self.page.changes.want(found[:ROWS])
            for version in found[:ROWS]:
                self.page.names.want_version(version)
            self._loaded[entity.name] = found
        return self._loaded[entity.name]

    def of(self, groups: Iterable[Group]) -> list[Section]:
        counts: dict[str, int] = {}
        for group in groups:
            if may_view(self.request.user, group.entity):
                counts[group.entity] = counts.get(group.entity, 0) + group.count
        found = [(entity_of(name), count) for name, count in counts.items()]
        known = sorted(((e, c) for e, c in found if e is not None), key=lambda pair: pair[0].order)
        return [self._section(entity, count) for entity, count in known]

    def _section(self, entity: Entity, count: int) -> Section:
        after, versions = self._after(entity), self._versions(entity)
        more, versions = len(versions) > ROWS, versions[:ROWS]
        seen: set[int] = set()
        rows = [self._row(entity, version, seen) for version in versions]
        address = {"rows": entity.name, "after": str(versions[-1].history_id)} if more else {}
        return Section(
            entity=entity,
            count=count,
            rows=rows,
            next_url=self.address.changed(address) if more else "",
            first_url=self.address.changed({"rows": None}) if after else "",
            takes_targets=any(row.can_be_target for row in rows),
        )

    def _after(self, entity: Entity) -> int:
        """Where the page of this entity's rows begins."""
        if self.request.GET.get("rows") != entity.name:
            return 0
        return parse_id(self.request.GET.get("after", "")) or 0

    def _row(self, entity: Entity, version: Version, seen: set[int]) -> Row:
        first = version.record_id not in seen
        seen.add(version.record_id)
        qualifier = self.page.qualifier(version)
        return Row(
            version=version,
            name=self.page.names.of(version.entity, version.record_id),
            verb=get_verb(verb_in(self.event_name, version.verb)),
            changes=self.page.changes.shown(version, qualifier),
            state=self.page.changes.state(version) if version.created or version.deleted else [],
            can_be_target=first and not version.deleted and has_pages(entity),
            now=self.page.names.states(version.entity, version.record_id) if first else [],
        )


def _fact(name: str, text: str) -> list[str]:
    return [f"{name}: {text}"] if text else []


def _lines_of(section: Section) -> list[str]:
    lines = [f"{section.entity.label_plural}: {section.count:,}"]
    for row in section.rows[:COPIED_ROWS]:
        changed = "; ".join(_line_of(change) for change in row.changes)
        lines.append(f"- {row.name.text} (#{row.version.record_id}) {row.verb.label} {changed}")
    if section.count > len(section.rows[:COPIED_ROWS]):
        lines.append("- …")
    return [line.rstrip() for line in lines]


def _line_of(change: ShownChange) -> str:
    if change.difference:
        return f"{change.label} +{change.difference.added} −{change.difference.removed}"
    if change.note:
        return f"{change.label} {change.note}"
    return f"{change.label}: {change.old.text} → {change.new.text}"
