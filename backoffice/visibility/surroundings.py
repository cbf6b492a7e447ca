"""What stands around a record now: a fixed number of queries, however deep it lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from backoffice.entities.names import Names
from backoffice.visibility.declarations import Around, Place, Standing, Subject
from backoffice.visibility.predicate import above

# So many of a record's children are looked at.
CHILDREN = 50


def around_of(names: Names, subject: Subject, record: Any) -> Around:
    """The records of every place; at most one query for each, and `names` learns them."""
    found: dict[str, list[Standing]] = {}
    for place in subject.places:
        records = list(records_at(subject, place, record))
        for one in records:
            names.learn(one)
        columns = subject.columns_of(place)
        found[place.name] = [_standing(place, one, columns) for one in records]
    return found


def _standing(place: Place, record: Any, columns: Iterable[str]) -> Standing:
    return Standing(place.entity, record.pk, {name: getattr(record, name) for name in columns})


def records_at(subject: Subject, place: Place, record: Any) -> Iterable[Any]:
    """The records that stand at a place around a record; one query at most."""
    if place.child:
        children = place.declared.records().filter(**{place.child: record.pk})
        return children.order_by(*place.order)[:CHILDREN]
    if place.up:
        return _chain(place, getattr(record, place.via) if place.via else record.pk)
    if not place.via:
        return [record]
    # Joined already on most pages.
    parent = getattr(record, subject.declared.field(place.via).name)
    return [parent] if parent is not None else []


def _chain(place: Place, pk: int | None) -> list[Any]:
    """A record and all above it, nearest first; a loop ends where it began."""
    if pk is None:
        return []
    found = place.declared.records().filter(pk__in=above(place, pk))
    by_id = {one.pk: one for one in found}
    chain = []
    while pk in by_id:
        chain.append(by_id.pop(pk))
        pk = getattr(chain[-1], place.up)
    return chain
