"""Who writes the tracked tables, as programs, and what escapes the audit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from audit.untracked import tables_without_capture
from audit.writers import DAYS, writers
from backoffice.accounts.gates import needs
from backoffice.accounts.roles import Role, declare_permission

VIEW_WRITERS = "activity.view_writers"
declare_permission(
    VIEW_WRITERS, [Role.ADMIN, Role.AUDITOR, Role.DEVELOPER], label=_("See who writes the data")
)


@require_safe
@needs(VIEW_WRITERS, _("Who writes the data is for these roles to see: %(roles)s."))
def show_writers(request: HttpRequest) -> HttpResponse:
    """What `manage.py check_capture` prints, for those who mend it."""
    tables = tables_without_capture("replica")
    context = {
        "writers": writers(),
        "days": DAYS,
        "undeclared": [table for table in tables if not table.reason],
        "declared": [table for table in tables if table.reason],
    }
    return render(request, "activity/writers.html", context)
