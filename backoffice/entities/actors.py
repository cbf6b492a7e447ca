"""What actors are called to those who may not see names: like their own records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from backoffice.entities import registry
from backoffice.entities.access import (
    PERSONAL_ACTORS,
    sees_personal_fields,
    title_for,
    visible_records,
)

# An actor's kind and id, and the scope in which that id is theirs.
Key = tuple[str, str, int | None]


def masked_names(staff: Any, keys: Iterable[Key]) -> dict[Key, str]:
    """Names to show instead of the actors' own; those without an entry are called as they are.

    One query for each kind of actor whose names are personal, and none for those who see them.
    """
    hidden = {key for key in keys if key[0] in PERSONAL_ACTORS}
    if not hidden or staff is None or sees_personal_fields(staff):
        return {}
    # Who has no record (any more) is called by their id.
    names = {key: key[1] for key in hidden}
    for entity in registry.all():
        kind, column = entity.timeline_actor
        mine = {key for key in hidden if key[0] == kind}
        if not mine or not entity.scope_field:
            continue
        wanted: dict[str, Any] = {f"{column}__in": {key[1] for key in mine}}
        wanted[f"{entity.scope_field}__in"] = {key[2] for key in mine if key[2] is not None}
        for record in visible_records(staff, entity).filter(**wanted):
            key = (kind, str(getattr(record, column)), entity.scope_of(record))
            names[key] = title_for(staff, entity, record)
    return names
