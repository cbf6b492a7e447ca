"""The outbox: what is to be sent of an alert stands beside it, and is sent at least once.

A receiver tells repeats by the alert's key, `alert-<id>`: the block's id of a webhook, and the
Message-ID of a mail.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils import timezone

from backoffice.alerts import ways
from backoffice.alerts.models import Alert, Delivery

logger = logging.getLogger(__name__)
# How often it is tried again after the first time, over about nine hours, and in seconds.
RETRIES, WAIT = 8, 5


def enqueue(alert: Alert) -> None:
    """Note in the open transaction what is to be sent, with its jobs."""
    from backoffice.alerts.tasks import deliver

    for way in configured():
        made = Delivery.objects.create(alert=alert, way=way)
        deliver.defer(delivery=made.pk)


def configured() -> list[str]:
    """The ways that the settings name an address for."""
    found = {"webhook": settings.SLACK_WEBHOOK_URL, "email": settings.ALERT_EMAILS}
    return [way for way, address in found.items() if address]


def send(pk: int, is_last: bool) -> None:
    """Send what is not sent yet. A failure is kept with it and raised, to be tried again."""
    delivery = Delivery.objects.select_related("alert").filter(pk=pk).first()
    if delivery is None or delivery.state == Delivery.State.SENT:
        return
    delivery.attempts += 1
    try:
        ways.SENDERS[delivery.way](delivery.alert)
    except Exception as error:
        delivery.problem = f"{type(error).__name__}: {error}"[:300]
        delivery.state = Delivery.State.FAILED if is_last else Delivery.State.WAITING
        logger.warning("%s was not sent by %s: %s", delivery.alert, delivery.way, delivery.problem)
        raise
    else:
        delivery.state, delivery.problem = Delivery.State.SENT, ""
        delivery.sent_at = timezone.now()
    finally:
        delivery.save(update_fields=["attempts", "problem", "state", "sent_at"])
