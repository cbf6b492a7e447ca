"""The pages of alerts: the list, one alert, one rule; and acknowledging."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from audit import alert_rules, events
from audit.actors import Actor
from backoffice.accounts.access import restricted_scopes, scope_model
from backoffice.accounts.gates import needs
from backoffice.alerts.access import ACKNOWLEDGE, SEE, open_to, rules_open_to
from backoffice.alerts.delivery import configured
from backoffice.alerts.models import NOTE_LENGTH, Alert
from backoffice.alerts.shown import places_of, shown
from backoffice.alerts.trying import tried
from backoffice.entities import registry
from backoffice.entities.access import parse_id
from backoffice.entities.time_limit import TookTooLong, limited
from backoffice.replicas import note_write, use_primary

PAGE, DAYS = 30, 30
STATES = ("open", "acknowledged")
# How long a page may take to try a rule on the past, milliseconds.
PATIENCE = 4_000
_ONLY_SEEN_BY = gettext_lazy("Alerts are for these roles: %(roles)s.")
_ONLY_DONE_BY = gettext_lazy("Alerts are acknowledged by these roles: %(roles)s.")


@require_safe
@needs(SEE, _ONLY_SEEN_BY)
def show_alerts(request: HttpRequest) -> HttpResponse:
    """Alerts, newest first; open ones at first."""
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    if state not in {"", *STATES} or (before and parse_id(before) is None):
        raise BadRequest(_("This list of alerts cannot be read. Begin at its first page."))
    found = open_to(request.user)
    if state:
        found = found.filter(acknowledged_at__isnull=state == "open")
    if before:
        found = found.filter(pk__lt=parse_id(before))
    page = list(found[: PAGE + 1])
    context = {
        "alerts": shown(request.user, page[:PAGE]),
        "next": page[PAGE - 1].pk if len(page) > PAGE else None,
        "state": state,
        "rules": rules_open_to(request.user),
    }
    return render(request, "alerts/list.html", context)


@require_safe
@needs(SEE, _ONLY_SEEN_BY)
def show_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: what happened, where all of it stands, who was told."""
    alert = _alert(request, pk)
    (one,) = shown(request.user, [alert])
    places, scope = places_of(request.user, alert), registry.for_model(scope_model())
    context = {
        "one": one,
        "places": places,
        "more_places": len(alert.scopes) - len(places),
        "scope_label": scope.label if scope else "",
        "deliveries": list(alert.deliveries.order_by("pk")),
        "may_acknowledge": request.user.has_perm(ACKNOWLEDGE),
        "note_length": NOTE_LENGTH,
    }
    return render(request, "alerts/alert.html", context)


@require_POST
@needs(ACKNOWLEDGE, _ONLY_DONE_BY)
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that someone has seen to it, once, with an event in the same transaction."""
    staff: Any = request.user
    note = request.POST.get("note", "").strip()
    if len(note) > NOTE_LENGTH or "\x00" in note:
        raise BadRequest(_("A note holds at most %s characters.") % NOTE_LENGTH)
    with use_primary(), transaction.atomic(using="default"):
        alert = _alert(request, pk)
        done = Alert.objects.filter(pk=alert.pk, acknowledged_at=None).update(
            acknowledged_by=staff, acknowledged_at=timezone.now(), note=note
        )
        if done:
            params = {"alert": alert.pk, "rule": alert.rule}
            events.record(
                "alert.acknowledged", actor=Actor.staff(staff), params=params, reason=note
            )
    note_write()
    if done:
        messages.success(request, _("The alert is acknowledged."))
    else:
        messages.warning(request, _("Someone has acknowledged this alert already."))
    return redirect("alerts-alert", pk=alert.pk)


@require_safe
@needs(SEE, _ONLY_SEEN_BY)
def show_rule(request: HttpRequest, name: str) -> HttpResponse:
    """One rule: its thresholds, and how often it would have fired."""
    rule = next((rule for rule in rules_open_to(request.user) if rule.name == name), None)
    if rule is None:
        raise Http404(_("There is no alert rule of this name, or it is not open to you."))
    recent = open_to(request.user).filter(rule=rule.name)[:10]
    context = {
        "rule": rule,
        "limits": rule.limits(),
        "days": DAYS,
        "fired": _fired(request, rule),
        "alerts": shown(request.user, recent),
        "ways": configured(),
    }
    return render(request, "alerts/rule.html", context)


def _fired(request: HttpRequest, rule: alert_rules.Rule) -> int | None:
    """How often, where the reader may look; None when it takes too long for a page."""
    staff: Any = request.user
    hidden = restricted_scopes(staff)
    try:
        with limited("default", PATIENCE):
            found = tried(rule, DAYS)
    except TookTooLong:
        return None
    return sum(1 for finding in found if not hidden.intersection(finding.scopes))


def _alert(request: HttpRequest, pk: int) -> Alert:
    found = open_to(request.user).filter(pk=min(pk, 2**63 - 1))
    alert = found.select_related("acknowledged_by").first()
    if alert is None:
        raise Http404(_("There is no such alert, or it is not open to you."))
    return alert
