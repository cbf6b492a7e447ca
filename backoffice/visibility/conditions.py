"""Conditions on one field of a place: its value, its absence, or a moment that has passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q

from backoffice.visibility.declarations import (
    FAILED,
    PASSED,
    Around,
    Asked,
    Check,
    Condition,
    Standing,
    Subject,
)
from backoffice.visibility.predicate import above_q, path_to


class FieldCondition(Condition):
    """A condition on one column of every record of its place; `field` is that column."""

    # Said once for the check in Python and once for SQL; a property test holds them together.

    def holds(self, value: Any, asked: Asked) -> bool:
        raise NotImplementedError

    def lookup(self, path: str, asked: Asked) -> Q:
        raise NotImplementedError

    def check(self, around: Around, asked: Asked) -> Check:
        found = around.get(self.place, ())
        blamed = [one for one in found if not self.holds(one.values[self.field], asked)]
        return Check(self, FAILED if blamed else PASSED, found, blamed)

    def q(self, subject: Subject, asked: Asked, sparing: int | None = None) -> Q:
        place = subject.place(self.place)
        if place.up or place.child:
            raise NotImplementedError(f"{self.name} cannot ask all of {place.name} in SQL")
        return self.lookup(path_to(subject, place) + self.field, asked)


class Is(FieldCondition):
    """The field has one of the accepted values."""

    accepted: ClassVar[Sequence[Any]]

    def holds(self, value: Any, asked: Asked) -> bool:
        return value in self.accepted

    def lookup(self, path: str, asked: Asked) -> Q:
        return Q(**{f"{path}__in": list(self.accepted)})

    def q(self, subject: Subject, asked: Asked, sparing: int | None = None) -> Q:
        place = subject.place(self.place)
        if place.up:
            return above_q(place, self.field, list(self.accepted), sparing)
        return super().q(subject, asked, sparing)


class IsEmpty(FieldCondition):
    """The field holds nothing."""

    def holds(self, value: Any, asked: Asked) -> bool:
        return value is None

    def lookup(self, path: str, asked: Asked) -> Q:
        return Q(**{f"{path}__isnull": True})


class HasPassed(FieldCondition):
    """The moment in the field has passed, or there is none."""

    def holds(self, value: Any, asked: Asked) -> bool:
        return value is None or value <= asked.at

    def lookup(self, path: str, asked: Asked) -> Q:
        return Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__lte": asked.at})

    def instants(self, standing: Standing) -> list[datetime]:
        value = standing.values[self.field]
        return [value] if value is not None else []
