"""Alerts: what the rules of the audit find becomes incidents that people are told of, once each.

`evaluating` turns findings into incidents, `delivery` sends them on, `shown` says them in words.
Rules are declared in audit/alert_builtin.py and in an area's `alerts.py`.
"""
