"""Whose runs somebody may look at and steer: their own; administrators all, auditors look."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.accounts.access import restricted_scopes
from backoffice.accounts.roles import Role, declare_permission
from backoffice.operations.bulk.models import BulkRun

SEE_ALL, STEER_ALL = "bulk.view_runs", "bulk.steer_runs"
declare_permission(
    SEE_ALL, [Role.ADMIN, Role.AUDITOR], label=gettext_lazy("See the runs of others")
)
declare_permission(
    STEER_ALL, [Role.ADMIN], label=gettext_lazy("Pause and call off the runs of others")
)


def runs_of(staff: Any, everyone: bool = False) -> QuerySet[BulkRun]:
    """The runs that a person may see, newest first; their own, or everyone's if they may."""
    runs = BulkRun.objects.using("default").select_related("staff", "selection").order_by("-id")
    return runs if everyone and staff.has_perm(SEE_ALL) else runs.filter(staff=staff.pk)


def run_for(request: HttpRequest, token: uuid.UUID) -> BulkRun:
    """The run, for someone who may see it; Http404 for others, as if there were none."""
    found = runs_of(request.user, everyone=True).filter(token=token).first()
    if found is None:
        raise Http404(_("There is no such run, or it is not yours. Old ones are deleted."))
    return found


def steered(request: HttpRequest, token: uuid.UUID) -> BulkRun:
    """The run, for someone who may also pause it, resume it, and call it off."""
    run = run_for(request, token)
    if not may_steer(request.user, run):
        raise PermissionDenied(_("Only its owner and administrators steer a run."))
    return run


def may_steer(staff: Any, run: BulkRun) -> bool:
    """Whether a run is the person's own to steer."""
    return bool(run.staff_id == staff.pk or staff.has_perm(STEER_ALL))


def is_closed_to(staff: Any, run: BulkRun) -> bool:
    """Whether it reached a scope that is closed to the person: then only its counts are shown."""
    return not restricted_scopes(staff).isdisjoint(run.scopes)


def refuse_closed(staff: Any, run: BulkRun) -> None:
    """Stop where a page would show what records hold that are not open to the person."""
    if is_closed_to(staff, run):
        raise PermissionDenied(_("Some of the records of this run are not open to you."))
