"""Who may see the jobs, and who may try them again or call them off."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from backoffice.accounts.roles import Role, declare_permission

SEE, STEER = "jobs.view_job", "jobs.steer_job"
declare_permission(SEE, [Role.OPERATOR, Role.ADMIN, Role.AUDITOR, Role.DEVELOPER])
declare_permission(
    STEER, [Role.ADMIN, Role.DEVELOPER], label=_("Do background jobs again, or call them off")
)
REFUSAL = _("Jobs are for these roles: %(roles)s.")
