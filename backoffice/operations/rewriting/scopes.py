"""Which scopes a performer may know of, also those whose own record is gone."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from backoffice.accounts.access import may_see_scope, scope_model
from backoffice.entities import registry as entities

if TYPE_CHECKING:
    from backoffice.operations.performers import Performer


def open_scopes(performer: Performer, scopes: Collection[int | None]) -> set[int | None]:
    """Those of these scopes that are open; None, the mark of what has no scope, always is."""
    staff = getattr(performer, "staff", None)
    if staff is not None:
        return {scope for scope in scopes if may_see_scope(staff, scope)}
    entity = entities.for_model(scope_model())
    named = [scope for scope in scopes if scope is not None]
    if entity is None or not named:
        return set(scopes)
    seen = performer.records(entity).filter(pk__in=named)
    return {None, *seen.values_list("pk", flat=True)} & set(scopes)
