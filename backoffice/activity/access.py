"""Which events a person may know of: by kind, and by scope."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.event_filters import EventFilters
from audit.models import ActorKind, Kind
from backoffice.accounts.access import restricted_scopes
from backoffice.accounts.roles import Role, declare_permission

# Who looked at what, and who signed in from where, is for those who answer for it.
VIEW_READS = "activity.view_reads"
declare_permission(
    VIEW_READS, [Role.ADMIN, Role.AUDITOR], label=_("See who looked at and searched for what")
)


def open_events(viewer: Any, filters: EventFilters) -> EventFilters:
    """The filters, narrowed to what this person may know of; their own events always are."""
    kinds = () if viewer.has_perm(VIEW_READS) else (Kind.CHANGE.value,)
    return replace(
        filters,
        open_kinds=kinds,
        own=(ActorKind.STAFF.value, str(viewer.pk)),
        hidden_scopes=filters.hidden_scopes | restricted_scopes(viewer),
    )
