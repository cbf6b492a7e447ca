"""Which restricted scopes someone may see, and by whose grant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from audit.models import Event
from backoffice.accounts.access import restricted_scopes, scope_model
from backoffice.accounts.grants import namings, scope_grants
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role

# So many restricted scopes are shown on a page.
SHOWN = 100


@dataclass(frozen=True)
class OpenScope:
    """A restricted scope: whether it is open to the person, and the event that named them."""

    title: str
    url: str
    is_open: bool
    by_role: bool
    event: Event | None


@dataclass(frozen=True)
class OpenScopes:
    """The first of them; `more` when there are others."""

    scopes: list[OpenScope]
    more: bool


def open_scopes(viewer: Staff, person: Staff) -> OpenScopes:
    """The restricted scopes that the viewer may know of, as they are to the person."""
    from backoffice.entities import registry
    from backoffice.entities.access import title_for, visible_records

    entity = registry.for_model(scope_model())
    if entity is None:
        return OpenScopes([], False)
    ids = [
        int(pk) for pk in scope_grants().order_by().values_list("object_pk", flat=True).distinct()
    ]
    found = visible_records(viewer, entity).filter(pk__in=ids).order_by("pk")[: SHOWN + 1]
    records = list(found)
    entity.prepare(records)
    closed, by_role = restricted_scopes(person), person.current_role == Role.ADMIN
    events = _events_of(person, records[:SHOWN])
    shown = [
        OpenScope(
            title=title_for(viewer, entity, record),
            url=entity.url(record.pk),
            is_open=record.pk not in closed,
            by_role=by_role,
            event=events.get(record.pk),
        )
        for record in records[:SHOWN]
    ]
    return OpenScopes(shown, len(records) > SHOWN)


def _events_of(person: Staff, scopes: list[Any]) -> dict[int, Event | None]:
    grants = scope_grants([scope.pk for scope in scopes]).filter(user=person)
    return {int(one.grant.object_pk): one.event for one in namings(list(grants))}
