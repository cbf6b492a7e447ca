"""Findings become incidents: one each, extended while they go on, by one worker at a time."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections, transaction
from django.utils import timezone

from audit import alert_rules
from backoffice.alerts import evaluating
from backoffice.alerts.evaluating import EvaluationFailed, evaluate, evaluate_all
from backoffice.alerts.models import Alert, Delivery, Evaluation
from tests.audit.writing import MINJI, change_by

RULE = alert_rules.get("mass_removal")
OFF = "UPDATE articles_space SET website_enabled = %s"


@pytest.fixture(autouse=True)
def thresholds(settings):
    settings.ALERT_REMOVALS_PER_HOUR, settings.ALERT_REMOVALS_PER_DAY = 5, 20


def later(**span):
    return timezone.now() + timedelta(**span)


def facts():
    return list(Alert.objects.order_by("id").values_list("subject", "count"))


def test_an_incident_is_opened_once_and_extended(remove, site):
    subject = f"member:jiho:{site.channel}"
    remove(4)
    assert evaluate(RULE, timezone.now()) == []
    remove(2)
    (alert,) = evaluate(RULE, timezone.now())
    assert (alert.count, alert.scopes, alert.what) == (6, [site.channel], {"deleted": 6})
    assert evaluate(RULE, timezone.now()) == []
    assert facts() == [(subject, 6)]
    remove(3)
    assert evaluate(RULE, timezone.now()) == []
    assert facts() == [(subject, 9)]
    grown = Alert.objects.get()
    assert grown.first_at == alert.first_at
    assert grown.last_at > alert.last_at


def test_what_was_acknowledged_is_extended_and_not_told_again(remove):
    remove(6)
    evaluate(RULE, timezone.now())
    Alert.objects.update(acknowledged_at=timezone.now())
    remove(2)
    assert evaluate(RULE, timezone.now()) == []
    alert = Alert.objects.get()
    assert (alert.count, alert.acknowledged_at is not None) == (8, True)


def test_after_a_quiet_time_it_is_a_new_incident(remove):
    remove(6)
    evaluate(RULE, timezone.now())
    span = timedelta(days=3)
    Alert.objects.update(
        first_at=timezone.now() - span - timedelta(hours=1), last_at=timezone.now() - span
    )
    evaluate(RULE, timezone.now())
    assert Alert.objects.count() == 2


def test_the_first_time_it_looks_back_a_week_and_later_from_where_it_was(remove, monkeypatch):
    seen = []
    rule = alert_rules.Rule(
        "mass_removal", "x", str, str, lambda since, until: seen.append(since) or [], RULE.quiet
    )
    now = timezone.now()
    evaluate(rule, now)
    evaluate(rule, now + timedelta(minutes=1))
    assert seen == [now - evaluating.LOOK_BACK, now - evaluating.OVERLAP]
    Evaluation.objects.update(until=now - timedelta(days=90))
    evaluate(rule, now)
    assert seen[-1] == now - evaluating.LOOK_BACK


def test_what_is_committed_late_is_found_yet(remove, product, site, people):
    evaluate(RULE, timezone.now())
    remove(6)
    evaluate(RULE, later(minutes=50))
    assert len(facts()) == 1


def test_two_at_once_open_one_incident(remove):
    remove(6)
    start, opened, now = Barrier(2), [], timezone.now()

    def work():
        start.wait()
        try:
            opened.extend(evaluate(RULE, now))
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 1
    assert len(facts()) == 1


def test_a_rule_that_someone_is_at_is_left_alone(remove):
    remove(6)
    Evaluation.objects.create(rule=RULE.name)
    seen = []

    def other():
        seen.append(evaluate(RULE, timezone.now()))
        connections.close_all()

    with transaction.atomic():
        Evaluation.objects.select_for_update().get(rule=RULE.name)
        thread = Thread(target=other)
        thread.start()
        thread.join()
    assert seen == [[]]
    assert facts() == []


def test_a_rule_that_fails_keeps_no_other_back_and_leaves_nothing(remove, settings, monkeypatch):
    remove(6)
    settings.ALERT_REFUSALS_PER_HOUR = "no number"
    with pytest.raises(EvaluationFailed, match="refusals"):
        evaluate_all()
    assert Alert.objects.filter(rule="mass_removal").count() == 1
    assert not Evaluation.objects.filter(rule="refusals").exists()


def test_a_rollback_leaves_neither_the_alert_nor_its_message(remove, settings, monkeypatch):
    settings.ALERT_EMAILS = ["ops@example.com"]
    remove(6)
    monkeypatch.setattr(Evaluation, "save", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        evaluate(RULE, timezone.now())
    assert (Alert.objects.count(), Delivery.objects.count()) == (0, 0)


def test_each_website_that_is_switched_off_is_an_incident(site, elsewhere, product):
    with change_by(product, MINJI) as cursor:
        cursor.execute(OFF, (False,))
    with change_by(product, MINJI) as cursor:
        cursor.execute(OFF, (True,))
        cursor.execute(OFF, (False,))
    evaluate(alert_rules.get("website_off"), timezone.now())
    assert sorted(facts()) == sorted([(f"space:{site.space}", 2), (f"space:{elsewhere.space}", 2)])
