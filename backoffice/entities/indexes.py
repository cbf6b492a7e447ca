"""What a model's declared indexes and constraints can serve: asked by checks and by search."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.expressions import Combinable, F
from django.db.models.functions import Length
from django.db.models.lookups import LessThan, LessThanOrEqual

from backoffice.entities.limits import OctetLength
from backoffice.entities.search_key import SearchKey, expression_of

Field: TypeAlias = "models.Field[Any, Any]"


def starts_with(model: type[models.Model], field: Field) -> bool:
    """Whether a whole-table index has this column first."""
    if field.primary_key or field.unique or vars(field)["db_index"]:
        return True
    leading = [index.fields_orders[0][0] for index in _plain_indexes(model)]
    leading += [
        constraint.fields[0]
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and constraint.fields
        and constraint.condition is None
    ]
    return field.name in leading or field.attname in leading


def _plain_indexes(model: type[models.Model]) -> list[models.Index]:
    return [
        index
        for index in model._meta.indexes
        if index.fields_orders and index.condition is None and not isinstance(index, GinIndex)
    ]


def has_trigrams(model: type[models.Model], key: Combinable) -> bool:
    """Whether a trigram index is over this column or expression."""
    return any(
        isinstance(part, OpClass)
        and part.extra["name"] == "gin_trgm_ops"
        and part.get_source_expressions()[0] == key
        for index in model._meta.indexes
        if isinstance(index, GinIndex)
        for part in index.expressions
    )


def in_key(model: type[models.Model], field: Field) -> models.GeneratedField | None:
    """The indexed search key that holds this column's text, or None."""
    for key in model._meta.local_concrete_fields:
        if (
            isinstance(key, models.GeneratedField)
            and isinstance(expression_of(key), SearchKey)
            and F(field.name) in expression_of(key).get_source_expressions()
            and has_trigrams(model, F(key.name))
        ):
            return key
    return None


def is_unbounded(model: type[models.Model], field: Field) -> bool:
    """Whether a text or JSON column may hold any size in the database."""
    if isinstance(field, models.GeneratedField):
        return False  # as long as what it is made of
    if isinstance(field, models.CharField):
        return field.max_length is None
    if not isinstance(field, (models.TextField, models.JSONField)):
        return False
    return not any(
        _limits(constraint, field.name)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    )


def _limits(constraint: models.CheckConstraint, name: str) -> bool:
    condition = constraint.condition
    return (
        isinstance(condition, (LessThan, LessThanOrEqual))
        and isinstance(condition.lhs, (Length, OctetLength))
        and condition.lhs.get_source_expressions()[0] == F(name)
    )
