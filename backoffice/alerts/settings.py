"""The settings of alerts: their thresholds, and the ways by which someone is told."""

from __future__ import annotations

from backoffice import env

# Alerts: from when on someone is told (audit/alert_builtin.py), by what ways (backoffice/alerts).
ALERT_REMOVALS_PER_HOUR = env.whole("ALERT_REMOVALS_PER_HOUR", 100, minimum=1)
ALERT_REMOVALS_PER_DAY = env.whole("ALERT_REMOVALS_PER_DAY", 300, minimum=1)
ALERT_EXPORTED_PER_DAY = env.whole("ALERT_EXPORTED_PER_DAY", 50_000, minimum=1)
ALERT_REFUSALS_PER_HOUR = env.whole("ALERT_REFUSALS_PER_HOUR", 10, minimum=1)
ALERT_ROLE_CHANGES_PER_HOUR = env.whole("ALERT_ROLE_CHANGES_PER_HOUR", 1, minimum=1)
ALERT_UNSEALED_MINUTES = env.number("ALERT_UNSEALED_MINUTES", 15, minimum=1)
SLACK_WEBHOOK_URL = env.webhook("SLACK_WEBHOOK_URL")
ALERT_EMAILS = env.words("ALERT_EMAILS", "")
# Where links in messages lead to.
CONSOLE_URL = env.text("CONSOLE_URL", "http://127.0.0.1:8000").rstrip("/")
mail = env.mail("EMAIL_URL")
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "backoffice@localhost")
