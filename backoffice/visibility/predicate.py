"""The same as the explanation, as one SQL predicate for each subject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import Expression

from backoffice.visibility.declarations import Asked, Condition, Place, Subject

# -- All records that do not hold an accepted value (but one that is spared), and all below them.
# UNION drops what was met before, so that a loop ends.
SHUT = """
WITH RECURSIVE shut (id) AS (
    SELECT s.{pk} FROM {table} s
    WHERE (s.{column} = ANY (%s)) IS NOT TRUE AND s.{pk} IS DISTINCT FROM %s
    UNION
    SELECT b.{pk} FROM {table} b JOIN shut ON b.{up} = shut.id
)
SELECT id FROM shut
"""
# -- A record and all below it.
BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT %s::bigint
    UNION
    SELECT b.{pk} FROM {table} b JOIN below ON b.{up} = below.id
)
SELECT id FROM below
"""
# -- A record and all above it.
ABOVE = """
WITH RECURSIVE above (id, up) AS (
    SELECT a.{pk}, a.{up} FROM {table} a WHERE a.{pk} = %s
    UNION
    SELECT b.{pk}, b.{up} FROM {table} b JOIN above ON b.{pk} = above.up
)
SELECT id FROM above
"""


class Ids(Expression):
    """Ids that a statement of its own finds, once for the statement around it."""

    def __init__(self, statement: str, *params: Any) -> None:
        super().__init__(output_field=models.BigIntegerField())
        self.statement, self.params = statement, params

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return f"({self.statement})", self.params


def visible_q(subject: Subject, asked: Asked) -> Q:
    """What holds of the subjects that a visitor sees, for their own table's queryset."""
    return _all(one.q(subject, asked) for one in subject.conditions)


def fit_q(subject: Subject, asked: Asked) -> Q:
    """What holds of those that a visitor would see, were nothing around them in question."""
    own = [one for one in subject.conditions if _is_own(subject, one)]
    return _all(one.q(subject, asked) for one in own)


def but_for_q(subject: Subject, asked: Asked, place: Place, pk: int) -> Q:
    """What holds of those that a visitor would see, if all were well with this one record.

    Of those that the record has a say about, see `inside_q`.
    """
    found = []
    for condition in subject.conditions:
        if condition.place != place.name:
            found.append(condition.q(subject, asked))
        elif place.up:
            found.append(condition.q(subject, asked, sparing=pk))
    return _all(found)


def _all(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found &= condition
    return found


def _is_own(subject: Subject, condition: Condition) -> bool:
    place = subject.place(condition.place)
    return bool(place.child) or not (place.via or place.up)


def path_to(subject: Subject, place: Place) -> str:
    """The beginning of look-ups that lead from the subject to a place."""
    return f"{subject.declared.field(place.via).name}__" if place.via else ""


def above_q(place: Place, field: str, accepted: list[Any], sparing: int | None = None) -> Q:
    """Neither what the subject stands in nor anything above has another value in the field."""
    column = str(place.declared.field(field).column)
    shut = Q(**{f"{place.via or 'pk'}__in": _ids(SHUT, place, accepted, sparing, column=column)})
    return Q(**{f"{place.via}__isnull": True}) | ~shut if place.via else ~shut


def inside_q(place: Place, pk: int) -> Q:
    """The subjects that a record of this place has a say about, itself left out."""
    if not place.up:
        return Q(**{place.via: pk})
    below = Q(**{f"{place.via or 'pk'}__in": _ids(BELOW, place, pk)})
    return below if place.via else below & ~Q(pk=pk)


def above(place: Place, pk: int | None) -> Ids:
    """Ids of a record and all above it."""
    return _ids(ABOVE, place, pk)


def _ids(template: str, place: Place, *params: Any, column: str = "") -> Ids:
    quote = connection.ops.quote_name
    meta = place.declared.model._meta
    names = {
        "table": quote(meta.db_table),
        "pk": quote(str(next(f.column for f in meta.concrete_fields if f.primary_key))),
        "up": quote(place.up),
        "column": quote(column),
    }
    return Ids(template.format(**names), *params)
