"""The people of the console and their grants, as records that can be looked up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import django_filters
from django.db import models
from django.db.models import CharField, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from guardian.models import UserObjectPermission

from audit.models import ActorKind, Event
from backoffice.accounts.access import restricted_scopes, scope_model
from backoffice.accounts.grants import named_counts, namings, scope_grants
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role
from backoffice.console import time_format
from backoffice.console.states import register_state
from backoffice.entities.entity import Entity
from backoffice.entities.filters import ChoicesFilter, DayRangeFilter, YesNoFilter
from backoffice.entities.names import shared_names
from backoffice.entities.registry import register

register_state("switched_off", "power", "slate", gettext_lazy("Switched off"))
register_state("elevated", "arrow-up", "amber", gettext_lazy("Elevated"))
register_state("no_role", "lock", "grey", gettext_lazy("No access"))
# So many grants are shown on a page.
SHOWN = 50


class StaffFilters(django_filters.FilterSet):
    """Role, whether they may come in, whether they are elevated now, and when they last came."""

    role = ChoicesFilter(label=gettext_lazy("Role"), choices=Role.choices)
    is_active = YesNoFilter(label=gettext_lazy("Active"), lookup_expr="exact")
    elevated = YesNoFilter(label=gettext_lazy("Elevated"), method="elevated_now")
    last_login = DayRangeFilter(label=gettext_lazy("Last sign-in"))
    date_joined = DayRangeFilter(label=gettext_lazy("Joined"))

    def elevated_now(self, queryset: Any, name: str, value: str) -> Any:
        """An elevation that is over is none, whether or not its end is on record yet."""
        now = Q(elevated_until__gt=timezone.now())
        return queryset.filter(now) if value == "yes" else queryset.exclude(now)


@register
class StaffEntity(Entity):
    name, slug, model, icon, order = "staff", "staff", Staff, "people", 10
    section = "manage"
    viewers = (Role.ADMIN, Role.AUDITOR)
    names_are_open = True
    scope_field = ""
    list_display = ("email", "role", "restricted", "seen")
    filterset_class = StaffFilters
    ordering = ("name", "-date_joined", "email")
    search_fields = ("search_key",)
    exact_search_fields = ("email",)
    identifiers = ("email",)
    secret_fields = ("password",)
    computed = {
        "restricted": gettext_lazy("Named for"),
        "seen": gettext_lazy("Last seen"),
    }
    fieldsets = (
        (gettext_lazy("Person"), ("name", "email", "date_joined", "last_login", "updated_at")),
        (gettext_lazy("Access"), ("role", "is_active", "elevated_role", "elevated_until")),
    )
    timeline_actor = (ActorKind.STAFF.value, "id")
    panel_template = "accounts/_person_panel.html"

    def title(self, record: Staff) -> str:
        return str(record)

    def subtitle(self, record: Staff) -> str:
        return record.email

    def badges(self, record: Staff) -> list[str]:
        states = []
        if not record.is_active:
            states.append("switched_off")
        if record.is_elevated:
            states.append("elevated")
        if record.role == Role.NONE:
            states.append("no_role")
        return states

    def own_records(self, staff: Any) -> Q:
        """Everyone sees their own page."""
        return Q(pk=staff.pk)

    def compute(self, records: Sequence[Staff]) -> None:
        """For how many scopes they are named, and when they last did anything here."""
        ids = [record.pk for record in records]
        named, seen = named_counts(ids), last_seen(ids)
        for record in records:
            found = seen.get(record.pk)
            extra = {
                "restricted": named.get(record.pk),
                "seen": time_format.absolute(found) if found else None,
            }
            vars(record).update(extra)

    def panel(self, staff: Any, record: Staff) -> dict[str, Any]:
        """Where they are named, when they were last seen."""
        mine = {str(pk) for pk in restricted_scopes(staff)}
        grants = scope_grants().filter(user=record).exclude(object_pk__in=mine).order_by("-pk")
        scopes, names = scope_model(), shared_names(staff)
        found = namings(list(grants[:SHOWN]))
        for naming in found:
            names.want(scopes, int(naming.grant.object_pk))
        return {
            "own": record.pk == staff.pk,
            "named": [(names.of(scopes, int(one.grant.object_pk)), one.event) for one in found],
            "scopes": scopes._meta.verbose_name_plural,
        }


@register
class GrantEntity(Entity):
    """That someone is named for a restricted scope; there is no line of it in the navigation."""

    name, slug, model, icon, order = "grant", "grants", UserObjectPermission, "key", 90
    section = ""
    scope_field = ""
    list_display = ("user",)
    list_filter = ("user",)
    ordering = ("-id",)
    list_select_related = ("user",)
    fieldsets = ((gettext_lazy("Grant"), ("user", "object_pk", "permission", "content_type")),)

    def noun(self, count: int = 1) -> str:
        return ngettext("access grant", "access grants", count)

    def open_to(self, staff: Any, records: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Without those of scopes that are closed to the person."""
        hidden = [str(pk) for pk in sorted(restricted_scopes(staff))]
        return records.exclude(object_pk__in=hidden) if hidden else records

    def prepare(self, records: Sequence[Any]) -> None:
        """The names of people and scopes, in one query for each."""
        people = Staff.objects.in_bulk({record.user_id for record in records})
        keys = {int(r.object_pk) for r in records if r.object_pk.isdecimal()}
        scopes = scope_model()._default_manager.in_bulk(keys)
        for record in records:
            scope = scopes.get(int(record.object_pk)) if record.object_pk.isdecimal() else None
            names = (people.get(record.user_id), scope)
            vars(record)["grant_names"] = names

    def title(self, record: Any) -> str:
        """Who may see what, as a sentence."""
        if not hasattr(record, "grant_names"):
            self.prepare([record])
        person, scope = record.grant_names
        return _("%(person)s may see %(scope)s") % {
            "person": person or f"#{record.user_id}",
            "scope": scope or f"#{record.object_pk}",
        }


def last_seen(people: Sequence[int]) -> dict[int, datetime]:
    """When each of them did anything here last, as far as it is on record; one query."""
    acts = Event.objects.filter(
        actor_kind=ActorKind.STAFF, actor_id=Cast(OuterRef("pk"), CharField())
    ).order_by("-occurred_at", "-id")
    seen = Staff.objects.filter(pk__in=people).annotate(
        seen=Subquery(acts.values("occurred_at")[:1])
    )
    return {pk: at for pk, at in seen.values_list("pk", "seen") if at}
