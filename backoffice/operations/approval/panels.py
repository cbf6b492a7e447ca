"""What the home page shows of requests: what waits for the person, and news of their own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from backoffice.operations.approval.access import counts, open_to, to_review
from backoffice.operations.approval.shown import lines

SHOWN = 5


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    """The newest of both; no card when there is nothing."""
    staff: Any = request.user
    found = counts(staff)
    if not any(found.values()):
        return None
    news = open_to(staff).filter(requester=staff.pk, is_news=True)
    return {
        "review": lines(staff, to_review(staff), SHOWN) if found["review"] else [],
        "news": lines(staff, news, SHOWN) if found["news"] else [],
        "more": max(found.values()) > SHOWN,
    }
