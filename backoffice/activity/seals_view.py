"""The page of the seals: the newest mark, to be kept elsewhere, and how to hold the chain to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from audit.alert_builtin import unsealed
from audit.seals import Seal, newest_seal, newest_seals
from backoffice.accounts.gates import needs
from backoffice.accounts.roles import Role, declare_permission
from backoffice.console import navigation, panels
from backoffice.replicas import use_primary

SEE = "activity.view_seals"
declare_permission(SEE, [Role.ADMIN, Role.AUDITOR, Role.DEVELOPER])
SHOWN = 20


@require_safe
@needs(SEE, gettext_lazy("Seals are for these roles: %(roles)s."))
def show_seals(request: HttpRequest) -> HttpResponse:
    """The last seals, and what waits for the next one; from the primary, where they are made."""
    with use_primary():
        seals = newest_seals(SHOWN)
        panel = _facts(seals[0] if seals else None)
        return render(request, "activity/seals.html", {"panel": panel, "seals": seals})


def newest_mark(request: HttpRequest) -> dict[str, Any]:
    """The newest mark for the home page."""
    with use_primary():
        return _facts(newest_seal())


def _facts(newest: Seal | None) -> dict[str, Any]:
    waiting, oldest = unsealed()
    command = f"manage.py verify_seals --expect {newest.mark}" if newest else ""
    return {"newest": newest, "waiting": waiting, "oldest": oldest, "command": command}


def register() -> None:
    """The line of the sidebar and the card of the home page."""
    navigation.register("manage", gettext_lazy("Seals"), "activity-seals", "shield", 55, SEE)
    panels.register("seals", gettext_lazy("Seals"), "activity/_seal.html", newest_mark, 40, SEE)
