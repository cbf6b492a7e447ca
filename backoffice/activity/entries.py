"""Entries of timelines and feeds as the templates draw them, and what all of them share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audit.feeds import Group
from audit.filters import Filters
from audit.history_tables import Version
from audit.models import ActorKind, Event, Outcome
from audit.paging import Position
from backoffice.accounts.access import restricted_scopes
from backoffice.activity.catalogue import entity_of
from backoffice.activity.changes import Changes, ShownChange
from backoffice.activity.folding import Fold, fold
from backoffice.activity.people import Actors, ShownActor
from backoffice.activity.sentences import sentence
from backoffice.activity.verbs import Text, Verb
from backoffice.console.paths import path_of
from backoffice.entities.names import Name
from backoffice.entities.values import Readable

# The role that the console itself connects as goes without saying.
OWN_ROLE = "console"


@dataclass(frozen=True)
class Line:
    """One thing that an event did, as a sentence, with its mark."""

    text: SafeString
    icon: str = "pencil"
    tone: str = "grey"


def line_of(verb: Verb, template: Text, **parts: object) -> Line:
    """A verb's line, of one of its sentences."""
    return Line(sentence(template, **parts), verb.icon, verb.tone)


def further_line(verb: Verb, **parts: object) -> Line:
    """A line below the headline, which has said already who it was."""
    template = _("%(what)s: %(did)s")
    return Line(sentence(template, did=verb.label, **parts), verb.icon, verb.tone)


@dataclass(frozen=True)
class ShownEntry:
    """What happened at one moment: who, what, what changed, why and from where.

    Attributes:
        lines: the first is the headline.
        others: how many more records the same event changed alike, in words.
        state: what a record held when it was made or ended.
        facts: (label, value) pairs of an event that changed nothing.
        group: the one kind of effect that it had, if it had only one.
        records: the names of a few of several records; more_records: how many more there are.
        scope: the scope by which the actor is told from namesakes.
        version: the record's own version, where the entry is one of its own timeline.
        as_of_url: the record as it was then, likewise.
    """

    event: Event
    at: datetime
    actor: ShownActor
    lines: list[Line]
    others: str = ""
    changes: list[ShownChange] = field(default_factory=list)
    state: list[tuple[str, Readable]] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    group: Group | None = None
    records: list[Name] = field(default_factory=list)
    more_records: int = 0
    scope: int | None = None
    version: Version | None = None
    as_of_url: str = ""

    @property
    def url(self) -> str:
        return path_of("activity-event", self.event.pk)

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

    @property
    def is_archived(self) -> bool:
        """Whether only the history is left, and the event's own row is in an archive."""
        return not self.event.database_role

    @property
    def shows_outcome(self) -> bool:
        return self.event.outcome != Outcome.SUCCEEDED

    @property
    def sources(self) -> list[str]:
        """From where: the tool, the database role when it tells something, the address."""
        event = self.event
        role = "" if event.database_role == OWN_ROLE else event.database_role
        named = event.actor_kind == ActorKind.ROLE and event.actor_id == role
        parts = (event.tool or event.application, "" if named else role, event.client_address)
        return list(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True)
class Timeline:
    """A page of entries, where it goes on, and how far back a filter looked.

    `is_flat`: each entry stands for itself, also beside neighbours that did the same.
    """

    entries: list[ShownEntry]
    next: Position | None = None
    looked_back_to: datetime | None = None
    is_flat: bool = False

    @property
    def items(self) -> list[ShownEntry | Fold]:
        """The entries, neighbours that did the same folded into one."""
        return list(self.entries) if self.is_flat else fold(self.entries)


class Page:
    """What the entries of one page share, so that each thing is asked for once."""

    def __init__(self, viewer: Any) -> None:
        self.viewer = viewer
        self.actors = Actors(viewer)
        self.changes = Changes(viewer)

    def shown_changes(self, versions: Iterable[Version]) -> list[ShownChange]:
        """The changed fields of versions, children's with what tells them apart."""
        found = []
        for version in versions:
            found += self.changes.shown(version, self.qualifier(version))
        return found

    def qualifier(self, version: Version) -> str:
        """What tells a child record from its siblings; "" for what is no child."""
        entity = entity_of(version.entity)
        if entity is None or not entity.timeline_qualifier:
            return ""
        return self.changes.value(version, entity.timeline_qualifier).text


def open_to(viewer: Any, filters: Filters) -> frozenset[int]:
    """Ids of the scopes that must stay hidden from the reader."""
    return filters.hidden_scopes | restricted_scopes(viewer)


def archived(version: Version) -> Event:
    """Stands for an event whose own row is no longer here."""
    return Event(
        id=version.event_id,
        occurred_at=version.event_at,
        outcome=Outcome.SUCCEEDED,
        actor_kind=ActorKind.ROLE,
        actor_id="",
        actor_label=_("someone (the event is archived)"),
    )


def groups_by_event(versions: Sequence[Version]) -> list[list[Version]]:
    """Neighbours of one event together, in the order given."""
    groups: list[list[Version]] = []
    for version in versions:
        if groups and groups[-1][0].event_id == version.event_id:
            groups[-1].append(version)
        else:
            groups.append([version])
    return groups
