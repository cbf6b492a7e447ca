"""What an area declares: subjects, the places around them that have a say, and conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.utils.functional import Promise

from backoffice.entities import registry as entities
from backoffice.entities.entity import Entity

PASSED, FAILED, NOT_REACHED = "passed", "failed", "not_reached"
Text = str | Promise


@dataclass(frozen=True)
class Place:
    """A record beside the subject that has a say in whether visitors see it.

    Args:
        name: the word by which conditions name it.
        entity: the name of its entity.
        via: the subject's column that points to it; "" for the subject itself.
        up: its column that leads to the one above of its own kind: all of them have a say.
        child: its column that points to the subject: all that do are looked at.
        order: for children, which come first; only the first CHILDREN are looked at.
    """

    name: str
    entity: str
    via: str = ""
    up: str = ""
    child: str = ""
    order: Sequence[Any] = ("pk",)

    @property
    def declared(self) -> Entity:
        return entities.get(self.entity)


@dataclass(frozen=True)
class Standing:
    """One record as it stands, or stood: its values by column."""

    entity: str
    pk: int
    values: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, int]:
        return self.entity, self.pk


# What stands around a subject, by the name of the place; ancestors come nearest first.
Around = Mapping[str, Sequence[Standing]]


@dataclass(frozen=True)
class Asked:
    """What is asked: for a visitor who reads this language, at this moment."""

    language: str
    at: datetime


@dataclass(frozen=True)
class Check:
    """What one condition says about one record.

    Attributes:
        looked_at: the records that it asked; blamed: those because of which it failed.
        note: what else should be known of it, such as that another text is shown instead.
    """

    condition: Condition
    state: str
    looked_at: Sequence[Standing] = ()
    blamed: Sequence[Standing] = ()
    note: Text = ""

    @property
    def passed(self) -> bool:
        return self.state == PASSED


@dataclass(frozen=True)
class Verdict:
    """What all conditions say, in the order of their declaration."""

    checks: list[Check] = field(default_factory=list)

    @property
    def visible(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def failed(self) -> list[Check]:
        return [check for check in self.checks if check.state == FAILED]

    @property
    def first_failed(self) -> Check | None:
        return next(iter(self.failed), None)


class Condition:
    """One thing that must hold for visitors to see a record. Subclass one of `conditions`.

    Attributes:
        name: unique within its subject; replies and tests know it by that.
        place: the place whose records it asks.
        label: what must hold, said as if it did; fault: the same, said when it does not.
        explanation: what that means for visitors.
        field: the column whose value is shown; columns: others of the place that it reads.
        shown: the column that is shown instead of it as long as the condition holds.
        mended_by: operations that mend it on the blamed record; the first that exists is offered.
        after: names of conditions without which it is not even asked.
    """

    name: ClassVar[str]
    place: ClassVar[str]
    label: ClassVar[Text]
    fault: ClassVar[Text]
    explanation: ClassVar[Text]
    field: ClassVar[str]
    columns: ClassVar[Sequence[str]] = ()
    shown: ClassVar[str] = ""
    mended_by: ClassVar[Sequence[str]] = ()
    after: ClassVar[Sequence[str]] = ()

    def check(self, around: Around, asked: Asked) -> Check:
        """What it says of a record with this around it; a function of its arguments alone."""
        raise NotImplementedError(f"{self.name} does not say when it holds")

    def q(self, subject: Subject, asked: Asked, sparing: int | None = None) -> Q:
        """The same in SQL, asked of the subject's own table.

        `sparing`: the id of one record above the subject that is taken to be well.
        """
        raise NotImplementedError(f"{self.name} has no predicate")

    def instants(self, standing: Standing) -> list[datetime]:
        """Moments at which it changes its mind although nobody changes a record."""
        return []


@dataclass(frozen=True)
class Setting:
    """A setting that holds for a subject, whichever record around it has the say.

    Args:
        place: whose record has it; of a chain the nearest that differs from the default counts.
        field: its field; default: what it is as long as nobody says otherwise, the field's own
            default where left out.
        label: what it is called, the field's label where left out.
    """

    place: str
    field: str
    label: Text = ""
    default: Any = ...


class Subject:
    """The records of one entity as visitors see them or not.

        @register
        class BookSubject(Subject):
            entity = "book"
            places = (Place("book", "book"), Place("library", "library", via="library_id"))
            conditions = (LibraryOpen(), NotLent())

    Attributes:
        entity: the entity's name. The first place is the subject itself.
        asks_language: whether its conditions answer differently by language.
        settings: what `effective` shows of it.
    """

    entity: ClassVar[str]
    places: ClassVar[Sequence[Place]]
    conditions: ClassVar[Sequence[Condition]]
    asks_language: ClassVar[bool] = False
    settings: ClassVar[Sequence[Setting]] = ()

    @property
    def declared(self) -> Entity:
        return entities.get(self.entity)

    def place(self, name: str) -> Place:
        return next(place for place in self.places if place.name == name)

    def languages(self, around: Around) -> list[tuple[str, str]]:
        """(code, name) of the languages to choose from, that of first interest first."""
        return []

    def columns_of(self, place: Place) -> list[str]:
        """The columns of a place's records that have a say, or lead on to others that have."""
        asking = [one for one in self.conditions if one.place == place.name]
        wanted = [name for one in asking for name in (one.field, *one.columns)]
        if place.name == self.places[0].name:
            wanted += [other.via for other in self.places if other.via]
        extra = [name for name in (place.up, place.child) if name]
        return list(dict.fromkeys([*wanted, *extra]))

    def judge(self, around: Around, asked: Asked) -> Verdict:
        """The verdict on a record with this around it."""
        states: dict[str, str] = {}
        checks: list[Check] = []
        for condition in self.conditions:
            if any(states.get(name) != PASSED for name in condition.after):
                check = Check(condition, NOT_REACHED, around.get(condition.place, ()))
            else:
                check = condition.check(around, asked)
            states[condition.name] = check.state
            checks.append(check)
        return Verdict(checks)


_subjects: dict[str, Subject] = {}


def register(declared: type[Subject]) -> type[Subject]:
    """Add a subject, usable as a decorator; a second one of the same entity is refused."""
    other = _subjects.get(declared.entity)
    if other is not None:
        raise ImproperlyConfigured(
            f"Whether {declared.entity!r} is visible is declared by {type(other).__qualname__} "
            f"and by {declared.__qualname__}. Keep one of them."
        )
    _subjects[declared.entity] = declared()
    return declared


def subject_of(entity: str) -> Subject | None:
    """The subject of that entity; None where visitors see nothing of it."""
    return _subjects.get(entity)


def all_subjects() -> list[Subject]:
    """Every subject, in the order of declaration."""
    return list(_subjects.values())
