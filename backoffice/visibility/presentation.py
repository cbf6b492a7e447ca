"""Why a record is visible or not, as its page shows it to one person: a bounded number of queries.

The queries are those of the records around it, one of history for each place, one for the events
behind the values, and one for each kind of actor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.feeds import events_at
from audit.models import Event
from audit.paging import Position
from backoffice.activity.people import Actors, ShownActor
from backoffice.entities import registry as entities
from backoffice.entities.entity import Entity
from backoffice.entities.names import Name, shared_names
from backoffice.entities.values import Readable, Readables, label
from backoffice.operations.performers import StaffPerformer
from backoffice.visibility.declarations import (
    FAILED,
    NOT_REACHED,
    Asked,
    Check,
    Condition,
    Standing,
    Subject,
    Verdict,
)
from backoffice.visibility.lapses import Lapse, Turn, lapse_of
from backoffice.visibility.mending import Mend, Mending
from backoffice.visibility.origins import origin
from backoffice.visibility.past import Step, Tracks, tracks_of
from backoffice.visibility.surroundings import around_of

ICONS = {FAILED: "cross-circle", NOT_REACHED: "minus-circle"}
# Values of one condition that its line shows, where none of them is to blame.
VALUES_SHOWN = 3


@dataclass(frozen=True)
class Setter:
    """Who gave a value or turned the switch, and when; `actor` is None where it is archived."""

    at: datetime
    event_id: int
    actor: ShownActor | None
    made: bool = False

    @property
    def url(self) -> str:
        return reverse("activity-event", args=[self.event_id])


@dataclass(frozen=True)
class ShownValue:
    """A value that a condition asked for: what, from where, who set it, and what mends it."""

    label: str
    value: Readable
    origin: str
    record: Name | None
    history_url: str
    setter: Setter | None = None
    mend: Mend | None = None


@dataclass(frozen=True)
class ShownCheck:
    """One condition of the list."""

    check: Check
    values: list[ShownValue] = field(default_factory=list)
    more: int = 0

    @property
    def condition(self) -> Condition:
        return self.check.condition

    @property
    def failed(self) -> bool:
        return self.check.state == FAILED

    @property
    def icon(self) -> str:
        return ICONS.get(self.check.state, "check-circle")

    @property
    def text(self) -> str:
        return str(self.condition.fault if self.failed else self.condition.label)

    @property
    def state_label(self) -> str:
        """The state in words, since neither colour nor picture may be the only one to say it."""
        words = {FAILED: _("not met"), NOT_REACHED: _("not asked")}
        return words.get(self.check.state, _("met"))


@dataclass(frozen=True)
class ShownTurn:
    """Where the record became visible or stopped being so: when, who, to what, and why."""

    turn: Turn
    setter: Setter | None
    record: Name | None
    faults: list[str] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.turn.at


class Explained:
    """One record before one person, for a visitor who reads one language."""

    def __init__(self, viewer: Any, subject: Subject, record: Any, language: str) -> None:
        self.viewer, self.subject, self.record = viewer, subject, record
        self.entity = subject.declared
        self.names = shared_names(viewer)
        self.names.learn(record)
        self.around = around_of(self.names, subject, record)
        self.languages = subject.languages(self.around)
        self.language = language or next((code for code, _name in self.languages), "")
        self.asked = Asked(self.language, timezone.now())

    def name_of(self, entity: str, pk: int) -> Name:
        """What a record around it is called, and where its page is."""
        return self.names.of(entities.get(entity).model, pk)

    @cached_property
    def verdict(self) -> Verdict:
        return self.subject.judge(self.around, self.asked)

    @cached_property
    def tracks(self) -> Tracks:
        return tracks_of(self.subject, self.record.pk, self.around)

    @cached_property
    def lapse(self) -> Lapse | None:
        """The turns; None where history has it otherwise than the tables: it cannot be trusted."""
        found = lapse_of(self.subject, self.record.pk, self.tracks, self.asked)
        return found if found.visible == self.verdict.visible else None

    @cached_property
    def checks(self) -> list[ShownCheck]:
        """All conditions in order."""
        return [self._check(check) for check in self.verdict.checks]

    def _check(self, check: Check) -> ShownCheck:
        found = list(check.blamed or check.looked_at)
        shown = found if check.blamed else found[:VALUES_SHOWN]
        values = [self._value(check, standing) for standing in shown]
        return ShownCheck(check, values, len(found) - len(shown))

    def _value(self, check: Check, standing: Standing) -> ShownValue:
        entity, name = entities.get(standing.entity), check.condition.field
        mend = self._mending.of(check, standing) if check.state == FAILED else None
        is_own = standing.key == (self.entity.name, self.record.pk)
        return ShownValue(
            label=label(entity, name),
            value=self._reader(entity).get(name, standing.values[name], standing.pk),
            origin=self._origin(check, standing, is_own),
            record=None if is_own else self.names.of(entity.model, standing.pk),
            history_url=reverse("activity-field", args=[entity.slug, standing.pk, name]),
            setter=self._setter(self.tracks.setter(standing.key, name)),
            mend=mend,
        )

    def _reader(self, entity: Entity) -> Readables:
        return Readables(entity, self.viewer, self.names)

    def _origin(self, check: Check, standing: Standing, is_own: bool) -> str:
        place = self.subject.place(check.condition.place)
        return origin(place, list(check.looked_at).index(standing), is_own)

    @cached_property
    def _mending(self) -> Mending:
        return Mending(StaffPerformer(self.viewer), self.names)

    @cached_property
    def since(self) -> ShownTurn | None:
        """Since when it has been as it is."""
        turn = self.lapse.since if self.lapse else None
        return self._turn(turn) if turn else None

    @cached_property
    def began(self) -> ShownTurn | None:
        """Where the last time began that it was visible, if it is no more."""
        turn = self.lapse.began if self.lapse else None
        return self._turn(turn) if turn else None

    def _turn(self, turn: Turn) -> ShownTurn:
        step, record = turn.step, None
        if step is not None and step.key != (self.entity.name, self.record.pk):
            record = self.names.of(entities.get(step.entity).model, step.pk)
        faults = [str(check.condition.fault) for check in turn.verdict.failed]
        return ShownTurn(turn, self._setter(step), record, faults)

    # Who set what: all events in one query, all actors in one for each kind.

    def _setter(self, step: Step | None) -> Setter | None:
        if step is None:
            return None
        event = self._events.get(step.event_id)
        actor = self._actors.get(event, self._scope) if event else None
        return Setter(step.at, step.event_id, actor, made=step.kind == "+")

    @cached_property
    def _scope(self) -> int | None:
        return self.entity.scope_of(self.record)

    @cached_property
    def _events(self) -> dict[int, Event]:
        places = {Position(step.event_at, step.event_id) for step in self._shown_steps()}
        return events_at(sorted(places))

    @cached_property
    def _actors(self) -> Actors:
        actors = Actors(self.viewer)
        for event in self._events.values():
            actors.want(event, self._scope)
        return actors

    def _shown_steps(self) -> Iterable[Step]:
        """Every step whose actor the page names."""
        for check in self.verdict.checks:
            for standing in check.blamed or check.looked_at[:VALUES_SHOWN]:
                step = self.tracks.setter(standing.key, check.condition.field)
                if step is not None:
                    yield step
        turns = (self.lapse.since, self.lapse.began) if self.lapse else ()
        yield from (turn.step for turn in turns if turn is not None and turn.step is not None)
