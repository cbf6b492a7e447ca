"""Start-up checks: a declaration that cannot work is named, with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from backoffice.accounts.access import scope_model
from backoffice.entities import indexes, registry
from backoffice.entities.entity import Entity
from backoffice.entities.search_branches import branches_of

Messages = Iterator[checks.CheckMessage]


def register() -> None:
    """Called once when the app is ready."""
    checks.register(check_entities)


def check_entities(**kwargs: Any) -> list[checks.CheckMessage]:
    """Every rule over every registered entity."""
    return [message for entity in registry.all() for message in check_entity(entity)]


def check_entity(entity: Entity) -> list[checks.CheckMessage]:
    """Every rule over one entity. A name that is unknown is reported alone: the rest needs it."""
    unknown = list(_unknown_fields(entity))
    if unknown:
        return unknown
    rules = (_ordering, _search, _scope, _limits, _related, _tabs, _history, _exact, _personal)
    return [message for rule in rules for message in rule(entity)]


def _error(number: int, entity: Entity, what: str, hint: str) -> checks.CheckMessage:
    message = f"Entity {entity.name!r} {what}"
    return checks.Error(message, hint=hint, obj=type(entity), id=f"entities.E{number:03d}")


def _unknown_fields(entity: Entity) -> Messages:
    named = {
        "list_display": entity.list_display,
        "list_filter": entity.list_filter,
        "ordering": [name.removeprefix("-") for name in entity.ordering],
        "fieldsets": [name for _, names in entity.fieldsets for name in names],
        "personal_fields": entity.personal_fields,
        "identifiers": entity.identifiers,
        "exact_search_fields": entity.exact_search_fields,
        "defer": entity.defer,
        "secret_fields": entity.secret_fields,
        "boolean_words": entity.boolean_words,
        "filter_labels": entity.filter_labels,
    }
    for attribute, names in named.items():
        for name in names:
            worked_out = attribute == "list_display" and name in entity.computed
            if not worked_out and not _has_column(entity, name):
                yield _error(
                    1,
                    entity,
                    f"names {name!r} in {attribute}, which is no column of "
                    f"{entity.model.__name__}.",
                    "Correct the name, or take it out.",
                )


def _has_column(entity: Entity, name: str) -> bool:
    try:
        return bool(entity.field(name).concrete)
    except FieldDoesNotExist:
        return False


def _ordering(entity: Entity) -> Messages:
    for name in entity.ordering:
        field = entity.field(name.removeprefix("-"))
        if field.null:
            yield _error(
                2,
                entity,
                f"orders by {field.name!r}, which may be NULL: pages would lose rows.",
                "Order by a NOT NULL column.",
            )
        elif not indexes.starts_with(entity.model, field):
            yield _error(
                3,
                entity,
                f"orders by {field.name!r}, which no index starts with.",
                f"Add models.Index(fields=[{field.name!r}, 'id']), or drop it from ordering.",
            )


def _search(entity: Entity) -> Messages:
    for name in (*entity.search_fields, *entity.personal_search_fields, *entity.text_search_fields):
        try:
            branch = branches_of(entity, [name])[0]
        except FieldDoesNotExist:
            yield _error(
                4,
                entity,
                f"searches {name!r}, which does not exist.",
                "Add the column with backoffice.entities.search_key.search_field, or drop it.",
            )
            continue
        if not indexes.has_trigrams(branch.model, branch.key):
            yield _error(
                5,
                entity,
                f"searches {name!r}, which has no trigram index.",
                "Add backoffice.entities.search_key.trigram_index for it, or drop it.",
            )


def _scope(entity: Entity) -> Messages:
    if entity.scope_field is None:
        yield _error(
            6,
            entity,
            "does not say which scope its records belong to.",
            "Set scope_field to the path of the scope's id, or to '' when it belongs to none.",
        )
    elif entity.scope_field and _target(entity.model, entity.scope_field) is not scope_model():
        yield _error(
            6,
            entity,
            f"has the scope_field {entity.scope_field!r}, which does not lead to "
            f"{scope_model().__name__}.",
            "Name a foreign key's column (or a path to one), or 'id' on the scope's own model.",
        )


def _target(model: type[models.Model], path: str) -> type[models.Model] | None:
    """The model whose id a path of columns ends in; None when it ends in none."""
    for step in path.split("__"):
        columns = {f.attname: f for f in model._meta.concrete_fields}
        field = columns.get(step) or {f.name: f for f in model._meta.concrete_fields}.get(step)
        if field is None:
            return None
        if field.primary_key:
            return model
        if not isinstance(field, models.ForeignKey):
            return None
        model = field.related_model
    return model


def _limits(entity: Entity) -> Messages:
    for field in entity.model._meta.local_concrete_fields:
        if indexes.is_unbounded(entity.model, field):
            yield _error(
                7,
                entity,
                f"has {field.name!r}, which may hold any size.",
                "Add backoffice.entities.limits.text_limit or json_limit to the constraints.",
            )


def _related(entity: Entity) -> Messages:
    pairs = [(tab.entity, tab.field, "related") for tab in entity.related]
    pairs += [(name, column, "timeline_children") for name, column in entity.timeline_children]
    for name, column, attribute in pairs:
        try:
            found = _target(registry.get(name).model, column) is entity.model
        except registry.UnknownEntity:
            found = False
        if not found:
            yield _error(
                8,
                entity,
                f"names ({name!r}, {column!r}) in {attribute}, which is no foreign key to it.",
                "Name a registered entity and its foreign key's column.",
            )


def _tabs(entity: Entity) -> Messages:
    names = [tab.entity for tab in entity.related]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _error(
            11,
            entity,
            f"has two tabs of {name!r}: an address could not tell them apart.",
            "Keep one of them.",
        )


def _history(entity: Entity) -> Messages:
    capture = getattr(entity.history_model, "capture", None)
    if capture is not None and capture.entity != entity.name:
        yield _error(
            9,
            entity,
            f"keeps its history under the name {capture.entity!r}.",
            "Give the entity and its model's Captured(entity=…) one name.",
        )


def _personal(entity: Entity) -> Messages:
    """What is masked must not be found out by filters, or by a key that everyone searches."""
    try:
        keys = branches_of(entity, [*entity.search_fields, *entity.text_search_fields])
    except FieldDoesNotExist:
        # Another rule says so.
        return
    used = {
        "list_filter": set(entity.list_filter),
        "search_fields": {name for key in keys if key.is_own for name in key.columns},
    }
    for attribute, names in used.items():
        for name in sorted(names & set(entity.personal_fields)):
            yield _error(
                12,
                entity,
                f"gives the personal field {name!r} away by {attribute}.",
                "Take it out; search it by personal_search_fields, with a key column of its own.",
            )


def _exact(entity: Entity) -> Messages:
    for name in entity.exact_search_fields:
        field = entity.field(name)
        if not indexes.starts_with(entity.model, field) and not indexes.in_key(entity.model, field):
            yield _error(
                10,
                entity,
                f"looks up {name!r} exactly, which no index starts with and no search key holds.",
                "Add an index on it, or drop it from exact_search_fields.",
            )
