"""What the home page shows of the audit: recent changes, and what the person did last."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.event_filters import EventFilters
from audit.models import ActorKind, Kind, Outcome
from backoffice.activity import feed
from backoffice.activity.access import open_events
from backoffice.console import navigation, panels

SHOWN = 6


def recent_changes(request: HttpRequest) -> dict[str, Any]:
    """What anyone changed last, in the scopes that are open to the person."""
    filters = EventFilters(kinds=(Kind.CHANGE,), outcome=Outcome.SUCCEEDED)
    return {
        "entries": _entries(request, filters),
        "url": reverse("activity-activity"),
        "empty": _("Nobody has changed anything yet."),
    }


def own_operations(request: HttpRequest) -> dict[str, Any]:
    """What the person did last through the console, refusals included."""
    actor = (ActorKind.STAFF.value, str(request.user.pk))
    query = urlencode({"actor": ":".join(actor), "kind": Kind.CHANGE.value})
    return {
        "entries": _entries(request, EventFilters(kinds=(Kind.CHANGE,), actor=actor)),
        "url": f"{reverse('activity-events')}?{query}",
        "empty": _("You have not run an operation yet."),
    }


def _entries(request: HttpRequest, filters: EventFilters) -> list[Any]:
    known = open_events(request.user, filters)
    return feed.everywhere(request.user, known, None, SHOWN).entries


def register_panels() -> None:
    """The cards of the home page and the line of the sidebar."""
    template = "activity/_recent.html"
    panels.register("recent", gettext_lazy("Recent changes"), template, recent_changes, 20)
    panels.register("own", gettext_lazy("My operations"), template, own_operations, 30)
    navigation.register("top", gettext_lazy("Activity"), "activity-activity", "activity", 20)
