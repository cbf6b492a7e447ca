"""Who writes the tracked tables, as programs, and what escapes the audit."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.untracked import tables_without_capture
from audit.writers import DAYS, writers
from backoffice.accounts.roles import Role, declare_permission

VIEW_WRITERS = "activity.view_writers"
declare_permission(VIEW_WRITERS, [Role.ADMIN, Role.AUDITOR, Role.DEVELOPER])


@require_safe
def show_writers(request: HttpRequest) -> HttpResponse:
    """What `manage.py check_capture` prints, for those who mend it."""
    if not request.user.has_perm(VIEW_WRITERS):
        raise PermissionDenied(_("Your role may not look up which programs write the data."))
    tables = tables_without_capture("replica")
    context = {
        "writers": writers(),
        "days": DAYS,
        "undeclared": [table for table in tables if not table.reason],
        "declared": [table for table in tables if table.reason],
    }
    return render(request, "activity/writers.html", context)
