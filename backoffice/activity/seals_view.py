"""The page of the seals: the newest mark, to be kept elsewhere, and how to hold the chain to it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.alert_builtin import MOST_COUNTED, unsealed
from audit.seals import recent_seals
from backoffice.accounts.roles import Role, declare_permission
from backoffice.replicas import use_primary

SEE = "activity.view_seals"
declare_permission(SEE, [Role.ADMIN, Role.AUDITOR, Role.DEVELOPER])
SHOWN = 20


@require_safe
def show_seals(request: HttpRequest) -> HttpResponse:
    """The newest seals, and what waits for the next one; from the primary, where they are made."""
    viewer: Any = request.user
    if not viewer.has_perm(SEE):
        raise PermissionDenied(_("Seals are for administrators, auditors and developers."))
    with use_primary():
        seals = recent_seals(SHOWN)
        waiting, oldest = unsealed()
        context = {
            "newest": seals[0] if seals else None,
            "verify_command": f"manage.py verify_seals --expect {seals[0].mark}" if seals else "",
            "seals": seals,
            "waiting": waiting,
            "most": MOST_COUNTED,
            "oldest": oldest,
        }
        return render(request, "activity/seals.html", context)
