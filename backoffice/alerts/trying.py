"""Rules tried on the past: how often would they have told someone?"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from audit.alert_rules import Finding, Rule

LONGEST = 366


def tried(rule: Rule, days: int) -> list[Finding]:
    """The incidents of the last days, by the thresholds as they are set now."""
    if not 1 <= days <= LONGEST:
        raise ValueError(f"A rule is tried on 1 to {LONGEST} days, not {days}.")
    now = timezone.now()
    return rule.evaluate(now - timedelta(days=days), now) if rule.looks_back else []
