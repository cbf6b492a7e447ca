"""What is known of the entities that history speaks of, also of those without pages."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from audit.checks import captured_models
from audit.history_tables import HistoryTable
from audit.retired import retired_field
from backoffice.console.paths import path_of
from backoffice.entities import registry
from backoffice.entities.entity import Entity

NEVER_CHANGES = {"created_at"}


def entity_of(name: str) -> Entity | None:
    """The entity of that name, a bare one for a table that is only tracked, None for neither."""
    try:
        return registry.get(name)
    except registry.UnknownEntity:
        return _bare(name)


def has_pages(entity: Entity) -> bool:
    """Whether records of the entity have pages to link to."""
    try:
        return registry.get(entity.name) is entity
    except registry.UnknownEntity:
        return False


def may_view(staff: Any, name: str) -> bool:
    """Whether the person may see records of that entity at all."""
    entity = entity_of(name)
    return entity is None or not has_pages(entity) or staff.has_perm(entity.view_permission)


def noun(name: str, count: int = 1) -> str:
    """What one record, or several, of an entity are called in a sentence."""
    entity = entity_of(name)
    if entity is None:
        return name
    return entity.noun(count)


def kept_field(entity: Entity, name: str) -> models.Field[Any, Any]:
    """A field of the table, or one that only history has still; FieldDoesNotExist for neither."""
    try:
        return entity.field(name)
    except FieldDoesNotExist:
        field = retired_field(entity.model, name)
        if field is None:
            raise
        return field


def tracked_fields(entity: Entity) -> list[str]:
    """Names of the fields whose changes are kept, without the id and what never changes."""
    table = HistoryTable.of(entity.model)
    names = (column.name for column in table.columns if column.column != table.pk)
    return [name for name in names if name not in NEVER_CHANGES]


def timeline_url(entity: Entity, pk: object) -> str:
    """Where the timeline of a record is; it is there for deleted records too."""
    return path_of("activity-timeline", pk, (entity.slug,))


@cache
def _bare(name: str) -> Entity | None:
    model = captured_models().get(name)
    return _bare_class(name, model)() if model else None


def _bare_class(name: str, model: type[models.Model]) -> type[Entity]:
    return type("BareEntity", (Entity,), {"name": name, "slug": name, "model": model})
