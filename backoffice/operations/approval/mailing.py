"""What the one who asked is mailed: how it ended and where to look, nothing of the customers."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from backoffice.operations.approval.models import Notice, Request

logger = logging.getLogger(__name__)
# How often it is tried again after the first time, over about nine hours, and in seconds.
RETRIES, WAIT = 8, 5
SENTENCES = {
    Request.State.APPROVED: gettext_noop("Your request #%(id)s was approved and carried out."),
    Request.State.REFUSED: gettext_noop("Your request #%(id)s was refused. The reason is there."),
    Request.State.EXPIRED: gettext_noop(
        "Nobody decided about your request #%(id)s in time. You can ask again."
    ),
}


def send(pk: int, is_last: bool) -> None:
    """Mail what is not mailed yet. A failure is kept with it and raised, to be tried again."""
    notice = Notice.objects.select_related("request__requester").filter(pk=pk).first()
    if notice is None or notice.state == Notice.State.SENT:
        return
    notice.attempts += 1
    try:
        message_of(notice).send()
    except Exception as error:
        notice.problem = f"{type(error).__name__}: {error}"[:300]
        notice.state = Notice.State.FAILED if is_last else Notice.State.WAITING
        logger.warning("%s was not mailed: %s", notice, notice.problem)
        raise
    else:
        notice.state, notice.problem = Notice.State.SENT, ""
        notice.sent_at = timezone.now()
    finally:
        notice.save(update_fields=["attempts", "problem", "state", "sent_at"])


def message_of(notice: Notice) -> EmailMessage:
    """The mail; the Message-ID is the key by which a receiver tells a repeat."""
    host = urlsplit(settings.CONSOLE_URL).hostname or "backoffice"
    url = settings.CONSOLE_URL + reverse("approval-request", args=[notice.request.pk])
    with translation.override(settings.LANGUAGE_CODE):
        text = _(SENTENCES[Request.State(notice.request.state)]) % {"id": notice.request.pk}
    return EmailMessage(
        subject=text,
        body="\n\n".join([text, url, str(notice)]),
        to=[notice.request.requester.email],
        headers={"Message-ID": f"<{notice}@{host}>"},
    )
