"""The ways by which alerts leave the console: a webhook in Slack's format, and mail."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from backoffice.alerts.models import Alert
from backoffice.alerts.shown import Message, message_of

TIMEOUT = 5


class NotTaken(Exception):
    """The receiver did not take the message; the text says what it answered."""


class _NoRedirects(HTTPRedirectHandler):
    """What an alert says goes to the address that was configured, to no other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def post(alert: Alert) -> None:
    """Post the alert to the webhook; NotTaken or OSError when it was not taken."""
    body = json.dumps(_slack(_message(alert))).encode()
    request = Request(  # noqa: S310 - the settings take https, or this machine, only
        settings.SLACK_WEBHOOK_URL, body, {"Content-Type": "application/json; charset=utf-8"}
    )
    try:
        with build_opener(_NoRedirects).open(request, timeout=TIMEOUT) as answer:
            answer.read(1_000)
    except HTTPError as error:
        with error:
            raise NotTaken(f"The webhook answered {error.code} {error.reason}.") from None


def mail(alert: Alert) -> None:
    """Mail the alert; an error of Django's mail when the server did not take it."""
    message = _message(alert)
    host = urlsplit(settings.CONSOLE_URL).hostname or "backoffice"
    body = "\n\n".join([message.text, *message.facts, message.url, message.key])
    EmailMessage(
        subject=f"[{_('Alert')}] {message.text}"[:200],
        body=body,
        to=list(settings.ALERT_EMAILS),
        headers={"Message-ID": f"<{message.key}@{host}>"},
    ).send()


SENDERS: dict[str, Callable[[Alert], None]] = {"webhook": post, "email": mail}


def _message(alert: Alert) -> Message:
    """In the console's own language, since nobody is known to read it."""
    with translation.override(settings.LANGUAGE_CODE):
        return message_of(alert)


def _slack(message: Message) -> dict[str, Any]:
    def section(text: str, **more: str) -> dict[str, Any]:
        return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}

    text = _escaped(message.text)
    facts = [{"type": "mrkdwn", "text": _escaped(fact)} for fact in [*message.facts, message.key]]
    return {
        "text": f"{text} {message.url}",
        "blocks": [
            section(f"*{text}*\n<{message.url}>", block_id=message.key),
            {"type": "context", "elements": facts},
        ],
    }


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
