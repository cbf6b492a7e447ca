"""In reverse: what one record hides by its switches, counted up to a cap, with the list of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from backoffice.activity.catalogue import noun
from backoffice.entities.access import visible_records
from backoffice.entities.counts import TAB_CAP, count_each
from backoffice.entities.names import Name
from backoffice.visibility.declarations import Asked, Place, Subject, Verdict, all_subjects
from backoffice.visibility.predicate import but_for_q, fit_q, inside_q, visible_q


@dataclass(frozen=True)
class Reached:
    """The records of one kind that a switch has a say about.

    Attributes:
        count: those that it hides, or that visitors see through it; None where it would take too
            long to know.
        freed: those that are visible as soon as only this is mended.
    """

    entity: str
    count: int | None
    freed: int | None
    url: str

    @property
    def noun(self) -> str:
        return noun(self.entity, self.count if self.count is not None else 2)

    @property
    def cap(self) -> int:
        return TAB_CAP


@dataclass(frozen=True)
class Reach:
    """All that one record hides, or lets through."""

    record: Name
    hides: bool
    kinds: list[Reached]


def asked_now() -> Asked:
    """For a visitor who reads the site's own language."""
    return Asked("", timezone.now())


def reach_of(viewer: Any, entity: str, pk: int, record: Name, hides: bool) -> Reach:
    """What stands behind a record's switches; one statement."""
    asked = asked_now()
    found = [
        (subject, place, visible_records(viewer, subject.declared))
        for subject, place in _below(entity)
        if viewer.has_perm(subject.declared.view_permission)
    ]
    queries: list[QuerySet[Any]] = []
    for subject, place, records in found:
        inside = records.filter(inside_q(place, pk))
        if hides:
            shut, but_for = fit_q(subject, asked), but_for_q(subject, asked, place, pk)
            queries += [inside.filter(shut), inside.filter(but_for)]
        else:
            queries.append(inside.filter(visible_q(subject, asked)))
    counted: list[int | None] = [*count_each(queries)]
    counts = iter(counted or [None] * len(queries))
    address = behind_url if hides else through_url
    kinds = [
        Reached(
            entity=subject.entity,
            count=next(counts),
            freed=next(counts) if hides else None,
            url=address(subject, entity, pk),
        )
        for subject, _place, _records in found
    ]
    return Reach(record, hides, [kind for kind in kinds if kind.count != 0])


def _below(entity: str) -> Iterator[tuple[Subject, Place]]:
    """The subjects about which records of an entity have a say, with the place they have."""
    for subject in all_subjects():
        for place in subject.places:
            if place.entity == entity and (place.via or place.up):
                yield subject, place


def place_of(subject: Subject, entity: str) -> Place | None:
    """Where records of an entity stand around a subject."""
    return next((place for one, place in _below(entity) if one.entity == subject.entity), None)


def behind_url(subject: Subject, entity: str, pk: int) -> str:
    """The list of those that a record hides."""
    return f"{subject.declared.list_url}?{urlencode({'behind': f'{entity}:{pk}'})}"


def through_url(subject: Subject, entity: str, pk: int) -> str:
    """The list of those that visitors see through a record."""
    through = {"behind": f"{entity}:{pk}", "visible": "yes"}
    return f"{subject.declared.list_url}?{urlencode(through)}"


def is_own_fault(entity: str, pk: int, verdict: Verdict) -> bool:
    """Whether the record is itself to blame for not being visible, and so hides what is in it."""
    return any(one.key == (entity, pk) for check in verdict.failed for one in check.blamed)
