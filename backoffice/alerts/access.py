"""Who may see alerts, and who may acknowledge them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from audit.alert_rules import Rule, all_rules
from backoffice.accounts.access import restricted_scopes
from backoffice.accounts.roles import Role, declare_permission
from backoffice.activity.access import VIEW_READS
from backoffice.alerts.models import Alert

SEE, ACKNOWLEDGE = "alerts.view_alert", "alerts.acknowledge_alert"
declare_permission(SEE, [Role.OPERATOR, Role.ADMIN, Role.AUDITOR, Role.DEVELOPER])
declare_permission(
    ACKNOWLEDGE, [Role.OPERATOR, Role.ADMIN], label=gettext_lazy("Acknowledge alerts")
)


def open_to(staff: Any) -> QuerySet[Alert]:
    """The alerts that a person may know of.

    None that reaches into a scope closed to them, and of reads only where they may see reads.
    """
    hidden = restricted_scopes(staff)
    found = Alert.objects.order_by("-id")
    if not staff.has_perm(VIEW_READS):
        found = found.exclude(rule__in=[rule.name for rule in all_rules() if rule.reads])
    return found.exclude(scopes__overlap=sorted(hidden)) if hidden else found


def rules_open_to(staff: Any) -> list[Rule]:
    """The rules whose alerts a person may see."""
    sees_reads = staff.has_perm(VIEW_READS)
    return [rule for rule in all_rules() if sees_reads or not rule.reads]
