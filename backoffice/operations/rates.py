"""How much one person may do in a minute and in an hour, counted from their events."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import ActorKind, Event, Kind, Outcome
from backoffice.console.time_format import clock
from backoffice.operations.exceptions import TooMany
from backoffice.operations.order import Order

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# What counts: what was done, and what was handed over to be done in the background.
COUNTED = (Outcome.SUCCEEDED, Outcome.REQUESTED, Outcome.PARTIAL)
# How many of an hour's events are looked through for when there will be room again.
LOOKED_THROUGH = 5_000
# Tells these locks from other advisory locks of the database.
TURN, LARGEST = 0x70616365, 2**31 - 1


def refuse_too_much(order: Order, but: int | None = None) -> None:
    """Raise TooMany when a person has done so much that this must wait.

    Parts of a larger order are counted with it. Machines have limits of their own, and what a
    second person agrees to waits for nobody's pace.

    Args: but: an event that is not counted, the order's own.
    """
    actor = order.performer.actor
    if actor.kind != ActorKind.STAFF or order.parent_id is not None or order.approver is not None:
        return
    now = timezone.now()
    done = Event.objects.using("default").filter(
        actor_kind=ActorKind.STAFF,
        actor_id=actor.id,
        kind=Kind.CHANGE,
        outcome__in=COUNTED,
        parent_id=None,
        occurred_at__gt=now - HOUR,
    )
    done = done.exclude(pk=but) if but is not None else done
    _refuse_too_often(done, now, order)
    _refuse_too_many(done, now, order)


def refuse_too_much_at_once(order: Order, event_id: int) -> None:
    """Count again, last before the commit, one order of a person after the other.

    So many requests sent at the same moment, none of which sees the others, do not pass together.
    """
    actor = order.performer.actor
    if actor.kind != ActorKind.STAFF:
        return
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TURN, int(actor.id) % LARGEST])
    refuse_too_much(order, but=event_id)


def _refuse_too_often(done: QuerySet[Event], now: datetime, order: Order) -> None:
    limit = settings.OPERATIONS_PER_MINUTE
    newest = done.filter(occurred_at__gt=now - MINUTE).order_by("-occurred_at", "-id")
    times = list(newest.values_list("occurred_at", flat=True)[:limit])
    if len(times) < limit:
        return
    again = times[-1] + MINUTE
    message = ngettext(
        "You have done %(count)d operation within a minute; no more are taken at once. "
        "Go on at %(time)s, or choose several records for one operation.",
        "You have done %(count)d operations within a minute; no more are taken at once. "
        "Go on at %(time)s, or choose several records for one operation.",
        limit,
    )
    raise TooMany(
        message % {"count": limit, "time": _said(again)},
        again=again,
        keys=order.keys,
        given=order.given,
    )


def _refuse_too_many(done: QuerySet[Event], now: datetime, order: Order) -> None:
    limit, wanted = settings.RECORDS_PER_HOUR, len(order.keys)
    total = done.aggregate(total=Sum("target_count"))["total"] or 0
    if total + wanted <= limit:
        return
    if wanted > limit:
        raise TooMany(
            _("One person may change %(limit)s records in an hour. Choose fewer.")
            % {"limit": f"{limit:,}"},
            keys=order.keys,
        )
    again = _room_again(done, total + wanted - limit) or now + HOUR
    raise TooMany(
        _(
            "You have changed %(done)s records within an hour, and %(limit)s is the most. "
            "There is room for these at %(time)s."
        )
        % {"done": f"{total:,}", "limit": f"{limit:,}", "time": _said(again)},
        again=again,
        keys=order.keys,
        given=order.given,
    )


def _said(moment: datetime) -> str:
    """The first full minute from which on it holds."""
    return clock(moment + MINUTE - timedelta(microseconds=1))


def _room_again(done: QuerySet[Event], excess: int) -> datetime | None:
    """When so many of what was done lie an hour back."""
    oldest = done.order_by("occurred_at", "id").values_list("occurred_at", "target_count")
    for at, count in oldest[:LOOKED_THROUGH]:
        excess -= count
        if excess <= 0:
            return at + HOUR
    return None
