"""Who may see the jobs, and who may try them again or call them off."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from backoffice.accounts.roles import Role, declare_permission, roles_with

SEE, STEER = "jobs.view_job", "jobs.steer_job"
declare_permission(SEE, [Role.OPERATOR, Role.ADMIN, Role.AUDITOR, Role.DEVELOPER])
declare_permission(STEER, [Role.ADMIN, Role.DEVELOPER])
View = Callable[..., HttpResponse]


def needs(permission: str) -> Callable[[View], View]:
    """A view for those only who hold a permission; the others are told which roles do."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            staff: Any = request.user
            if not staff.has_perm(permission):
                roles = ", ".join(sorted(str(Role(role).label) for role in roles_with(permission)))
                raise PermissionDenied(_("Jobs are for these roles: %(roles)s.") % {"roles": roles})
            return view(request, **kwargs)

        return guarded

    return decorate
