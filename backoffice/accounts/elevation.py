"""The end of elevations by time, and the banner while they last.

What someone may do follows from the clock at each question (`Staff.current_role`); what is done
here puts the end on record, once.
"""

from __future__ import annotations

import logging

from django.db import DatabaseError
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from audit.actors import Actor
from audit.context import change
from backoffice.accounts.models import Staff
from backoffice.console import time_format
from backoffice.console.banners import Banner, register

logger = logging.getLogger(__name__)
CLOCK = Actor.service("elevation")
# How many one turn of the job ends.
AT_ONCE = 200


def end_expired() -> int:
    """Put the end of every elevation whose time is over on record; how many."""
    over = Staff.objects.using("default").filter(elevated_until__lte=timezone.now())
    return sum(end_if_over(pk) for pk in over.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


class _NotOver(Exception):
    """Somebody else has ended it, or lent it anew: roll back the event of an end that is none."""


def end_if_over(pk: int) -> bool:
    """End one person's elevation, if its time is over and nobody has; its own event, once."""
    try:
        with change(
            "staff.elevation_ended",
            actor=CLOCK,
            reason="its time was over",
            entity="staff",
            record_id=str(pk),
            target_count=1,
        ):
            over = Staff.objects.using("default").filter(pk=pk, elevated_until__lte=timezone.now())
            if not over.update(elevated_role="", elevated_until=None, updated_at=Now()):
                raise _NotOver
    except _NotOver:
        return False
    return True


def note_end(person: Staff) -> None:
    """When someone is first seen after their elevation: the job may be late, or not running."""
    if person.elevated_until is None or person.is_elevated:
        return
    try:
        end_if_over(person.pk)
    except DatabaseError:
        logger.warning("The end of an elevation could not be written; the job will.", exc_info=True)


@register
def elevated(request: HttpRequest) -> Banner | None:
    """Says in which role the person acts, and until when; ending it is one click and a reason."""
    person = getattr(request, "user", None)
    if not isinstance(person, Staff) or not person.is_elevated or person.elevated_until is None:
        return None
    text = _("You act as %(role)s until %(until)s; your own role is %(own)s.") % {
        "role": person.current_role_label,
        "until": time_format.clock(person.elevated_until),
        "own": person.get_role_display(),
    }
    query = urlencode({"target": str(person.pk), "reason": _("The work is done.")})
    url = f"{reverse('operations-run', args=['staff.end_elevation'])}?{query}"
    return Banner(text, "warning", "arrow-up", url, _("End it now"))
