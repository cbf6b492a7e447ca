"""What records were called that a version points to, beside what they are called now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from audit.history_tables import Version
from audit.moments import named_as_of
from backoffice.accounts.access import may_see_scope
from backoffice.activity.catalogue import may_view
from backoffice.entities import registry
from backoffice.entities.access import title_for
from backoffice.entities.entity import Entity

Key = tuple[type[models.Model], Any]


def past_names(viewer: Any, version: Version, at: datetime) -> dict[Key, str]:
    """Names at a moment of what the version's foreign keys lead to, as far as they are cheap.

    Cheap are those that stand in the row itself; one query for all of them.
    """
    wanted: dict[type[models.Model], set[int]] = {}
    for field in version.model._meta.concrete_fields:
        value = version.values.get(field.name)
        model: Any = field.related_model
        if value is not None and model is not None and _is_cheap(viewer, registry.for_model(model)):
            wanted.setdefault(model, set()).add(value)
    found = {}
    for record in named_as_of(wanted, at):
        entity = registry.for_model(type(record))
        if entity is not None and may_see_scope(viewer, entity.scope_of(record)):
            found[type(record), record.pk] = title_for(viewer, entity, record)
    return found


def _is_cheap(viewer: Any, entity: Entity | None) -> bool:
    if entity is None or entity.history_model is None or not may_view(viewer, entity.name):
        return False
    stands_in_row = type(entity).prepare is Entity.prepare
    return stands_in_row and "__" not in (entity.scope_field or "")
