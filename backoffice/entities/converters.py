"""The plural of an entity as a part of addresses."""

from __future__ import annotations

from django.urls import register_converter

from backoffice.entities import registry
from backoffice.entities.entity import Entity


class EntityConverter:
    """`<entity:entity>` hands the view the entity; a word that is none does not match."""

    regex = "[a-z][a-z0-9_]{0,38}"

    def to_python(self, value: str) -> Entity:
        try:
            return registry.by_slug(value)
        except registry.UnknownEntity as unknown:
            raise ValueError(str(unknown)) from unknown

    def to_url(self, value: Entity | str) -> str:
        return value if isinstance(value, str) else value.slug


# Here, once, because several rooms have addresses that begin with an entity.
register_converter(EntityConverter, "entity")
