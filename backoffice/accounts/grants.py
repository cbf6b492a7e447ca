"""Grants as rows: who is named for which restricted scope, and whose doing that was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count
from guardian.models import UserObjectPermission

from audit.models import Event
from audit.selectors import last_versions
from backoffice.accounts.access import scope_model

# So many people are named on a page.
SHOWN = 50


def scope_grants(scopes: Collection[int] | None = None) -> models.QuerySet[Any]:
    """Grants that name someone for a scope; of all scopes where none are given."""
    meta = scope_model()._meta
    grants = UserObjectPermission.objects.filter(
        content_type__app_label=meta.app_label,
        content_type__model=meta.model_name,
        permission__codename=settings.BACKOFFICE_SCOPE_PERMISSION,
    )
    return grants if scopes is None else grants.filter(object_pk__in=[str(pk) for pk in scopes])


def restricted_among(scopes: Collection[int], using: str | None = None) -> set[int]:
    """Those of the scopes that are open only to people whom they name; one query."""
    grants = scope_grants(scopes).using(using) if using else scope_grants(scopes)
    found = grants.order_by().values_list("object_pk", flat=True).distinct()
    return {int(pk) for pk in found}


def named_counts(people: Collection[int]) -> dict[int, int]:
    """For how many scopes each of these people is named, where it is any."""
    counted = scope_grants().filter(user_id__in=people).order_by().values("user_id")
    return dict(counted.annotate(n=Count("pk")).values_list("user_id", "n"))


def name_for_scopes(people: Iterable[Any], scopes: Sequence[Any], *, using: str = "default") -> int:
    """Write the grants that are missing, each under the open event; how many those are."""
    meta = scope_model()._meta
    content_type = ContentType.objects.db_manager(using).get_for_model(scope_model())
    permission = Permission.objects.using(using).get(
        content_type__app_label=meta.app_label, codename=settings.BACKOFFICE_SCOPE_PERMISSION
    )
    there = scope_grants([scope.pk for scope in scopes]).using(using)
    known = set(there.values_list("user_id", "object_pk"))
    made = [
        UserObjectPermission(
            user=person, permission=permission, content_type=content_type, object_pk=str(scope.pk)
        )
        for scope in scopes
        for person in people
        if (person.pk, str(scope.pk)) not in known
    ]
    return len(UserObjectPermission.objects.using(using).bulk_create(made))


@dataclass(frozen=True)
class Naming:
    """A grant with whoever gave it: `event` is None where its event has been archived."""

    grant: Any
    event: Event | None


def namings(grants: Sequence[Any]) -> list[Naming]:
    """Each grant with the event that made it; two queries for all of them."""
    versions = last_versions(UserObjectPermission, [grant.pk for grant in grants])
    moments = {version.event_id: version.event_at for version in versions.values()}
    found = Event.objects.filter(id__in=moments, occurred_at__in=set(moments.values()))
    events = {event.id: event for event in found}
    return [
        Naming(grant, events.get(versions[grant.pk].event_id) if grant.pk in versions else None)
        for grant in grants
    ]


def mark_restricted(scopes: Sequence[Any]) -> None:
    """Set `is_restricted` on scopes, for their badges; one query for all of them."""
    restricted = restricted_among([scope.pk for scope in scopes])
    for scope in scopes:
        vars(scope)["is_restricted"] = scope.pk in restricted


def named_people(scope: Any) -> dict[str, Any]:
    """Whom a scope names, and by whose doing: what accounts/_scope_panel.html shows."""
    if not vars(scope).get("is_restricted", True):
        return {"namings": []}
    grants = list(scope_grants([scope.pk]).select_related("user").order_by("pk")[:SHOWN])
    return {"namings": namings(grants) if grants else []}
