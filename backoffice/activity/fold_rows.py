"""Rows of the activity as the templates draw them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from audit.feeds import Group
from audit.folds import Fold
from audit.models import Event
from audit.paging import Position
from backoffice.activity.entries import Line, ShownEntry
from backoffice.activity.people import ShownActor
from backoffice.entities.names import Name

TOOLS_SHOWN = 3


@dataclass(frozen=True)
class Place:
    """An area that a fold reached, and how many records of it."""

    name: Name
    count: int


@dataclass(frozen=True)
class ShownFold:
    """Several events of one actor under one headline, where the newest of them stands.

    Attributes:
        newest: its newest event as an entry, for all that they have in common.
        lines: the first is the headline.
        groups: what they did altogether; places: in which areas, the fullest first.
        records: the names of a few.
        goes_on: whether there may be older events than were looked at.
        url: its own page; part_url: its events, for the row to open.
    """

    fold: Fold
    newest: ShownEntry
    lines: list[Line]
    groups: list[Group] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    more_places: int = 0
    records: list[Name] = field(default_factory=list)
    more_records: int = 0
    url: str = ""
    part_url: str = ""
    is_fold: bool = True

    @property
    def event(self) -> Event:
        return self.newest.event

    @property
    def actor(self) -> ShownActor:
        return self.newest.actor

    @property
    def scope(self) -> int | None:
        return self.newest.scope

    @property
    def at(self) -> datetime:
        return self.fold.newest.at

    @property
    def first_at(self) -> datetime:
        return self.fold.oldest.at

    @property
    def count(self) -> int:
        """How many events, as far as was looked."""
        return len(self.fold.places)

    @property
    def goes_on(self) -> bool:
        return self.fold.goes_on

    @property
    def sources(self) -> list[str]:
        """From where: every tool, and what the newest event says beside it."""
        tools = [tool for tool in self.fold.tools if tool]
        return list(dict.fromkeys([*tools[:TOOLS_SHOWN], *self.newest.sources]))

    @property
    def shows_outcome(self) -> bool:
        return self.newest.shows_outcome

    @property
    def spans_days(self) -> bool:
        """Whether it began on another day than it ended."""
        return self.first_day != self.day

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

    @property
    def first_day(self) -> date:
        return timezone.localdate(self.first_at)


@dataclass(frozen=True)
class FoldedTimeline:
    """A page of folds and single entries, where it goes on, and how far back a filter looked."""

    items: list[ShownEntry | ShownFold]
    next: Position | None = None
    looked_back_to: datetime | None = None

    @property
    def entries(self) -> list[ShownEntry | ShownFold]:
        """The rows, whatever they are."""
        return self.items
