"""Rules of the model, asked before the database would speak: an error beside the field."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from backoffice.entities import values
from backoffice.entities.entity import Entity


def problems(
    entity: Entity, records: Sequence[Any], many: bool, given: Mapping[str, Any]
) -> Iterator[tuple[str, str | ValidationError]]:
    """(field, error) of what the model's columns and constraints refuse of the given values."""
    if not records or not given:
        return
    candidate = copy.copy(records[0])
    broken = set()
    for name, value in given.items():
        column = entity.field(name)
        setattr(candidate, column.attname, value)
        error = _column_error(column, value, candidate)
        if error is not None:
            broken.add(name)
            yield name, error
    for constraint in entity.model._meta.constraints:
        about = _fields_of(constraint)
        touched = [name for name in given if name in about]
        # Of several records only what is the same in all of them can be judged here.
        judged = touched and not broken & set(touched) and (not many or about <= given.keys())
        if judged and not _holds(constraint, entity.model, candidate):
            yield touched[-1], _broken(entity, constraint)


def _column_error(column: Any, value: Any, record: Any) -> ValidationError | None:
    if value is None and column.null:
        return None
    if isinstance(column, models.ForeignKey):
        # It was found among the candidates; another query would tell no more.
        return None
    if value is not None and value in column.empty_values and column.blank:
        return None
    try:
        column.clean(value, record)
    except ValidationError as error:
        return error
    return None


def _fields_of(constraint: Any) -> set[str]:
    """The columns that a constraint is about."""
    if isinstance(constraint, models.UniqueConstraint):
        return set(constraint.fields)
    return {part.name for part in constraint.condition.flatten() if _names_a_column(part)}


def _names_a_column(part: Any) -> bool:
    return isinstance(part, models.F)


def _holds(constraint: Any, model: type[models.Model], record: Any) -> bool:
    try:
        constraint.validate(model, record, using="default")
    except ValidationError:
        return False
    return True


def _broken(entity: Entity, constraint: Any) -> str:
    """Which rule is in the way; not whose record, which the person may not know of."""
    if not isinstance(constraint, models.UniqueConstraint):
        return _("This is longer than may be kept.")
    others = [
        values.label(entity, name) for name in constraint.fields if entity.field(name).is_relation
    ]
    if not others:
        return _("This is taken. Choose another one.")
    return _("This is taken by another record with the same: %(fields)s. Choose another one.") % {
        "fields": ", ".join(others)
    }
