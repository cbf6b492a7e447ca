"""Findings become incidents: opened once, extended while they go on."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone

from audit.alert_rules import Finding, Rule, all_rules
from backoffice.alerts import delivery
from backoffice.alerts.models import Alert, Evaluation

logger = logging.getLogger(__name__)
# How far back a rule looks at most, and how far behind itself: a transaction has the time at which
# it began, so what is committed late lies behind what was evaluated.
LOOK_BACK, OVERLAP = timedelta(days=7), timedelta(hours=1)


class EvaluationFailed(Exception):
    """Some rules could not be evaluated; the log says why. The others were."""


def evaluate_all(now: datetime | None = None) -> list[Alert]:
    """Evaluate every rule; the alerts that were opened. One that fails keeps no other back."""
    opened, failed = [], []
    for rule in all_rules():
        try:
            opened += evaluate(rule, now or timezone.now())
        except DatabaseError:
            logger.exception("alert rule %s could not be evaluated", rule.name)
            failed.append(rule.name)
    if failed:
        raise EvaluationFailed(f"Not evaluated: {', '.join(failed)}. The log says why.")
    return opened


def evaluate(rule: Rule, now: datetime) -> list[Alert]:
    """Evaluate one rule from where it was left; nothing when another worker is at it."""
    with transaction.atomic(using="default"):
        Evaluation.objects.get_or_create(rule=rule.name)
        locked = Evaluation.objects.select_for_update(skip_locked=True)
        state = locked.filter(rule=rule.name).first()
        if state is None:
            return []
        since = max(now - LOOK_BACK, _since(rule, state, now))
        opened = _taken_in(rule, rule.evaluate(since, now), now)
        state.until = now
        state.save(update_fields=["until"])
    return opened


def _since(rule: Rule, state: Evaluation, now: datetime) -> datetime:
    """Behind where it was left, and from where the incidents began that may still go on."""
    if state.until is None:
        return now - LOOK_BACK
    since = state.until - OVERLAP
    recent = Alert.objects.filter(rule=rule.name, last_at__gte=since - rule.quiet)
    return min([since, *recent.values_list("first_at", flat=True)])


def _taken_in(rule: Rule, findings: Iterable[Finding], now: datetime) -> list[Alert]:
    """Extend the incident that a finding belongs to, or open one."""
    opened = []
    for finding in sorted(findings, key=lambda found: found.first_at):
        known = _known(rule, finding)
        if known is None:
            opened.append(_open(rule, finding, now))
        else:
            _extend(known, finding)
    return opened


def _known(rule: Rule, finding: Finding) -> Alert | None:
    """The incident without a quiet time between itself and the finding."""
    near = Alert.objects.filter(
        rule=rule.name,
        subject=finding.subject,
        last_at__gte=finding.first_at - rule.quiet,
        first_at__lte=finding.last_at + rule.quiet,
    )
    return near.order_by("-last_at").first()


def _extend(alert: Alert, finding: Finding) -> None:
    before = (alert.first_at, alert.last_at, alert.count)
    alert.first_at = min(alert.first_at, finding.first_at)
    alert.last_at = max(alert.last_at, finding.last_at)
    if finding.count >= alert.count:
        alert.count, alert.what = finding.count, dict(finding.what)
    alert.scopes = sorted({*alert.scopes, *finding.scopes})
    if before != (alert.first_at, alert.last_at, alert.count):
        alert.save(update_fields=["first_at", "last_at", "count", "what", "scopes"])


def _open(rule: Rule, finding: Finding, now: datetime) -> Alert:
    """The alert and what is to be sent of it, in one transaction."""
    alert = Alert.objects.create(
        rule=rule.name,
        subject=finding.subject,
        actor_kind=finding.actor_kind,
        actor_id=finding.actor_id,
        actor_label=finding.actor_label,
        entity=finding.entity,
        record_id=finding.record_id,
        scopes=list(finding.scopes),
        count=finding.count,
        what=dict(finding.what),
        first_at=finding.first_at,
        last_at=finding.last_at,
        opened_at=now,
    )
    delivery.enqueue(alert)
    return alert
