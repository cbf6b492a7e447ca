"""The registry of entities. Areas register theirs in `entities.py`, found at start-up."""

from __future__ import annotations

import re
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import models

from backoffice.accounts.roles import Role, declare_permission
from backoffice.entities.entity import Entity

VIEWERS = [Role.VIEWER, Role.OPERATOR, Role.ADMIN, Role.AUDITOR, Role.DEVELOPER]
_NAME = re.compile(r"[a-z][a-z0-9_]{0,38}")
_Declared = TypeVar("_Declared", bound=type[Entity])
_entities: dict[str, Entity] = {}


class UnknownEntity(LookupError):
    """No entity has that name. Check its spelling, or register it in an area's entities.py."""


def register(declared: _Declared) -> _Declared:
    """Add an entity, usable as a decorator; a name, slug or model that is taken is refused.

    The permission to view it is declared for its viewers: every role that has access at all,
    unless it says otherwise.
    """
    entity = declared()
    for word in (entity.name, entity.slug):
        if not _NAME.fullmatch(word):
            raise ImproperlyConfigured(
                f"{_called(entity)}: {word!r} cannot be in an address. Use small letters and _."
            )
    for other in _entities.values():
        for attribute in ("name", "slug", "model"):
            if getattr(other, attribute) == getattr(entity, attribute):
                raise ImproperlyConfigured(
                    f"{_called(entity)} and {_called(other)} have the same {attribute} "
                    f"{getattr(entity, attribute)!r}. Rename one of them."
                )
    _entities[entity.name] = entity
    declare_permission(entity.view_permission, [Role(role) for role in entity.viewers or VIEWERS])
    return declared


def _called(entity: Entity) -> str:
    return f"{type(entity).__module__}.{type(entity).__qualname__}"


def unregister(name: str) -> None:
    """Take an entity out again: for tests that add one."""
    _entities.pop(name, None)


def get(name: str) -> Entity:
    """The entity of that singular name; UnknownEntity when there is none."""
    try:
        return _entities[name]
    except KeyError:
        known = ", ".join(sorted(_entities)) or "none"
        raise UnknownEntity(f"No entity is called {name!r}. Known: {known}.") from None


def by_slug(slug: str) -> Entity:
    """The entity with that plural in its address; UnknownEntity when there is none."""
    for entity in _entities.values():
        if entity.slug == slug:
            return entity
    raise UnknownEntity(f"No entity is found at /{slug}/.")


def for_model(model: type[models.Model]) -> Entity | None:
    """The entity that shows a model's records, or None."""
    for entity in _entities.values():
        if entity.model is model:
            return entity
    return None


def all() -> list[Entity]:
    """Every entity, in the order of the navigation."""
    return sorted(_entities.values(), key=lambda entity: (entity.order, entity.name))
