"""What the home page shows of alerts: those that nobody has acknowledged."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from backoffice.alerts.access import ACKNOWLEDGE, open_to
from backoffice.alerts.shown import shown

SHOWN = 5


def open_alerts(request: HttpRequest) -> dict[str, Any] | None:
    """The newest open alerts; no card when there is none."""
    viewer: Any = request.user
    found = list(open_to(viewer).filter(acknowledged_at=None)[: SHOWN + 1])
    if not found:
        return None
    return {
        "alerts": shown(viewer, found[:SHOWN]),
        "more": len(found) > SHOWN,
        "may_acknowledge": viewer.has_perm(ACKNOWLEDGE),
    }
