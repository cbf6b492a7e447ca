"""When a record was last visible, and what ended it: history walked back as far as need be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from backoffice.visibility.declarations import Asked, Place, Standing, Subject, Verdict
from backoffice.visibility.past import Key, Step, Tracks


@dataclass(frozen=True)
class Point:
    """A moment at which something changed: the steps of one event, or none when time did it."""

    at: datetime
    steps: Sequence[Step] = ()

    def step_of(self, keys: Sequence[Key]) -> Step | None:
        """The step of the first of these records that has one, else the first of all."""
        by_key = {step.key: step for step in self.steps}
        chosen = (by_key[key] for key in keys if key in by_key)
        return next(chosen, next(iter(self.steps), None))


@dataclass(frozen=True)
class Turn:
    """Where a record became visible, or stopped being so, with the verdicts on both sides."""

    at: datetime
    step: Step | None = None
    verdict: Verdict = field(default_factory=Verdict)
    before: Verdict = field(default_factory=Verdict)


@dataclass(frozen=True)
class Lapse:
    """The end of the story of a record's visibility.

    Attributes:
        visible: whether it is, as history has it.
        since: the turn that made it so; None when it lies further back than was looked, or when it
            never was otherwise.
        began: the turn that began the last time that it was visible, where it is no more.
        looked_back_to: nothing is known of before; None when all was known, or found.
    """

    visible: bool
    since: Turn | None = None
    began: Turn | None = None
    looked_back_to: datetime | None = None

    @property
    def never(self) -> bool:
        """Whether it was never visible, for sure."""
        return not self.visible and self.since is None and self.looked_back_to is None


@dataclass(frozen=True)
class _Stretch:
    """From a point until the next one one verdict held; None while there was no record."""

    point: Point
    verdict: Verdict | None

    @property
    def visible(self) -> bool:
        return self.verdict is not None and self.verdict.visible

    @property
    def blamed(self) -> list[Key]:
        """The records because of which it was not visible, the first condition's first."""
        failed = self.verdict.failed if self.verdict is not None else []
        return [one.key for check in failed for one in check.blamed]


def lapse_of(subject: Subject, pk: int, tracks: Tracks, asked: Asked) -> Lapse:
    """What history says of when this record was visible, from now back to the turn that counts."""
    walk = _Walk(subject, pk, tracks, asked)
    stretches = walk.back()
    first = next(stretches, None)
    visible = first is not None and first.visible
    if first is None:
        return Lapse(False, looked_back_to=tracks.known_from)
    since, following = _run(first, stretches)
    if visible or following is None:
        known = since if following is not None or (visible and walk.complete) else None
        return Lapse(visible, known, looked_back_to=None if known else walk.stopped_at)
    began, before = _run(following, stretches)
    return Lapse(False, since, began if before is not None or walk.complete else None)


def _run(first: _Stretch, stretches: Iterator[_Stretch]) -> tuple[Turn, _Stretch | None]:
    """Where the run of alike stretches began, and the first other one behind it."""
    last = first
    for stretch in stretches:
        if stretch.visible != first.visible:
            # Of the two, one was not visible, and tells because of which records.
            return _turn(last, stretch, last.blamed or stretch.blamed), stretch
        last = stretch
    return _turn(last, None, last.blamed), None


def _turn(stretch: _Stretch, before: _Stretch | None, keys: Sequence[Key]) -> Turn:
    point, older = stretch.point, before.verdict if before is not None else None
    verdict = stretch.verdict or Verdict()
    return Turn(point.at, point.step_of(keys), verdict, older or Verdict())


class _Walk:
    """The records around a subject, taken back step by step."""

    def __init__(self, subject: Subject, pk: int, tracks: Tracks, asked: Asked) -> None:
        self.subject, self.pk, self.tracks, self.asked = subject, pk, tracks, asked
        self.own = subject.places[0]
        self._index: dict[Key, int] = dict.fromkeys(tracks.steps, 0)
        self.stopped_at: datetime | None = None
        self.complete = False

    def back(self) -> Iterator[_Stretch]:
        """Every stretch between two points, newest first."""
        for point in self._points():
            try:
                yield _Stretch(point, self._verdict(point.at))
            except LookupError:
                # Something stood around it of which there is no history.
                self.stopped_at = point.at
                return
            if self.tracks.known_from is not None and point.at <= self.tracks.known_from:
                self.stopped_at = point.at
                return
            for step in point.steps:
                self._index[step.key] += 1
        self.complete = True

    def _points(self) -> list[Point]:
        """All points until the moment asked for, newest first; an event's steps are one."""
        steps = sorted(
            (s for track in self.tracks.steps.values() for s in track),
            key=lambda step: (step.at, step.history_id),
            reverse=True,
        )
        points = [
            Point(alike[0].at, alike)
            for alike in (list(group) for _, group in groupby(steps, lambda step: step.event_id))
        ]
        points += [Point(at) for at in self._instants() if at <= self.asked.at]
        return sorted(points, key=lambda point: point.at, reverse=True)

    def _instants(self) -> set[datetime]:
        """Moments at which time alone changed something."""
        found: set[datetime] = set()
        for condition in self.subject.conditions:
            entity = self.subject.place(condition.place).entity
            for key, track in self.tracks.steps.items():
                if key[0] == entity:
                    standings = [Standing(*key, step.held) for step in track]
                    found |= {at for one in standings for at in condition.instants(one)}
        return found

    def _verdict(self, at: datetime) -> Verdict | None:
        own = self._held((self.own.entity, self.pk))
        if own is None:
            return None
        around = {place.name: self._standings(place, own) for place in self.subject.places}
        return self.subject.judge(around, Asked(self.asked.language, at))

    def _held(self, key: Key) -> Mapping[str, Any] | None:
        """What a record held; None when it was not there. LookupError where history has none."""
        track = self.tracks.steps[key]
        index = self._index[key]
        return track[index].values if index < len(track) else None

    def _standings(self, place: Place, own: Mapping[str, Any]) -> list[Standing]:
        if place.child:
            return self._children(place)
        pk = own[place.via] if place.via else self.pk
        found: dict[int, Standing] = {}
        while pk is not None and pk not in found:
            held = self._held((place.entity, pk))
            if held is None:
                break
            found[pk] = Standing(place.entity, pk, held)
            pk = held[place.up] if place.up else None
        return list(found.values())

    def _children(self, place: Place) -> list[Standing]:
        keys = [key for key in self.tracks.steps if key[0] == place.entity]
        held = {key: self._held(key) for key in keys}
        return [
            Standing(*key, values)
            for key, values in held.items()
            if values is not None and values[place.child] == self.pk
        ]
