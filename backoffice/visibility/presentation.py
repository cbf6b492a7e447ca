"""Why a record is visible or not, as its page shows it to one person: a bounded number of queries.

The queries are those of the records around it, one of history for each place, one for the events
behind the values, and one for each kind of actor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone

from audit.feeds import events_at
from audit.models import Event
from audit.paging import Position
from backoffice.activity.people import Actors
from backoffice.entities import registry as entities
from backoffice.entities.access import title_for
from backoffice.entities.entity import Entity
from backoffice.entities.names import Name, shared_names
from backoffice.entities.values import Readables, label
from backoffice.operations.performers import StaffPerformer
from backoffice.visibility.declarations import (
    FAILED,
    Asked,
    Check,
    Standing,
    Subject,
    Verdict,
)
from backoffice.visibility.lapses import Lapse, Turn, lapse_of
from backoffice.visibility.mending import Mending
from backoffice.visibility.origins import origin
from backoffice.visibility.past import Step, Tracks, tracks_of
from backoffice.visibility.shown import Reason, Setter, ShownCheck, ShownTurn, ShownValue
from backoffice.visibility.surroundings import around_of

# Values of one condition that its line shows, where none of them is to blame.
VALUES_SHOWN = 3


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

    @cached_property
    def title(self) -> str:
        """What the record is called, as this person may see it."""
        self.entity.prepare([self.record])
        return title_for(self.viewer, self.entity, self.record)

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
        entity, name = entities.get(standing.entity), _shown_field(check)
        mend = self.mending.of(check, standing) if check.state == FAILED else None
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
    def mending(self) -> Mending:
        """What mends a condition, for this person."""
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

    @cached_property
    def reasons(self) -> list[Reason]:
        """Why it is not visible; where it is, why it was not before that, if history knows."""
        since = self.lapse.since if self.lapse else None
        if not self.verdict.visible:
            return [self._reason(check, one, None) for check, one in _blamed(self.verdict)]
        if since is None:
            return []
        return [self._reason(check, one, since.step) for check, one in _blamed(since.before)]

    def _reason(self, check: Check, standing: Standing | None, until: Step | None) -> Reason:
        name = check.condition.field
        if standing is None:
            return Reason(check, None, None)
        if until is None:
            return Reason(check, standing, self.tracks.setter(standing.key, name))
        return Reason(check, standing, self.tracks.setter_before(standing.key, name, until))

    def event_of(self, step: Step | None) -> Event | None:
        """The event behind a step that the page names; None where it is archived."""
        return self._events.get(step.event_id) if step is not None else None

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
                step = self.tracks.setter(standing.key, _shown_field(check))
                if step is not None:
                    yield step
        yield from (reason.step for reason in self.reasons if reason.step is not None)
        turns = (self.lapse.since, self.lapse.began) if self.lapse else ()
        yield from (turn.step for turn in turns if turn is not None and turn.step is not None)


def _blamed(verdict: Verdict) -> Iterator[tuple[Check, Standing | None]]:
    """Every record to blame with its condition; None where a condition has none to blame."""
    for check in verdict.failed:
        yield from ((check, standing) for standing in check.blamed)
        if not check.blamed:
            yield check, None


def _shown_field(check: Check) -> str:
    """The field whose value says why a condition holds, or does not."""
    condition = check.condition
    return condition.shown if check.passed and condition.shown else condition.field
