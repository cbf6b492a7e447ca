"""Where a ticket can be opened, when the settings say so."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.conf import settings


def ticket_url(ticket: str) -> str:
    """The ticket's address; "" without TICKET_URL, and for what is no ticket's number.

    Other services may have written anything into an event: only what looks like a ticket leads out.
    """
    if not settings.TICKET_URL or not re.fullmatch(settings.TICKET_PATTERN, ticket):
        return ""
    return str(settings.TICKET_URL.replace("{ticket}", quote(ticket, safe="")))
