"""Columns that a table has no longer, and whose history stays readable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models

Fields = Mapping[str, "models.Field[Any, Any]"]


if TYPE_CHECKING:
    _Key = models.BigIntegerField[Any, Any]
else:
    _Key = models.BigIntegerField


class GoneKey(_Key):
    """The key of a record whose table is gone: what a foreign key to it becomes in history.

    Keep the column's name: `GoneKey(_("shelf"), db_column="shelf_id")`.
    """


def kept_fields(retired: Fields) -> dict[str, models.Field[Any, Any]]:
    """The retired fields as history keeps them: what is written from now on has no value there."""
    kept = {}
    for name, declared in retired.items():
        field: Any = declared.clone()
        field.null, field.db_index, field._unique = True, False, False
        if field.is_relation:
            field.db_constraint = False
            field.remote_field.related_name = "+"
            field.remote_field.on_delete = models.DO_NOTHING
        kept[name] = field
    return kept


def retired_field(model: type[models.Model], name: str) -> models.Field[Any, Any] | None:
    """The field of that name, or column, that only the model's history has; None for any other."""
    manager = getattr(model, getattr(model._meta, "simple_history_manager_attribute", ""), None)
    if manager is None:
        return None
    mine = {field.column for field in model._meta.concrete_fields}
    names = getattr(manager.model, "retired", ())
    for field in manager.model._meta.concrete_fields:
        if field.name in names and field.column not in mine and name in (field.name, field.column):
            return field
    return None
