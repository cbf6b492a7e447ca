"""What people and time do to a request: approve, refuse, withdraw, comment, expire."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.errors import LockNotAvailable

from audit.actors import Actor
from backoffice.accounts.models import Staff
from backoffice.operations.approval.access import refuse_to_decide
from backoffice.operations.approval.agreement import Agreement
from backoffice.operations.approval.endings import EXPIRY, end, locked, note, refuse_ended
from backoffice.operations.approval.looking import signed, signed_run
from backoffice.operations.approval.models import TEXT_LENGTH, Comment, Request
from backoffice.operations.approval.performers import Agreed
from backoffice.operations.approval.running import start_approved
from backoffice.operations.exceptions import Conflict, Denied, Invalid, OperationError
from backoffice.operations.pipeline import LOCK_TIMEOUT, execute
from backoffice.replicas import note_write, use_primary

COMMENTS_LIMIT = 100
# How many overdue requests one turn of the job ends.
EXPIRED_AT_ONCE = 200


def approve(found: Request, staff: Staff, look: str) -> None:
    """Agree to what the person saw, and carry it out at once.

    Args:
        found: the request.
        staff: who approves.
        look: the signed proof of what the page showed them.

    The one who asked is the event's actor, the one who approves its approver. Raises Denied,
    Expired, Conflict or another OperationError; then nothing was done, and an event says so.
    """
    if found.is_run:
        _approve_run(found, staff, look)
        return
    with use_primary():
        with _refusals_noted("approval.approved", found, staff):
            refuse_ended(found)
            refuse_to_decide(staff, found)
            seen = signed(found, staff, look)
        execute(
            found.operation,
            seen.keys(found.targets),
            found.params,
            actor=Agreed(found.requester, staff),
            reason=found.reason,
            ticket=found.ticket,
            agreement=Agreement(found, staff, seen),
        )


def _approve_run(found: Request, staff: Staff, look: str) -> None:
    """Start the run, and end the request, in one transaction."""
    approver = Actor.staff(staff)
    with _decision("approval.approved", found, staff) as current:
        refuse_to_decide(Staff.objects.using("default").get(pk=staff.pk), current)
        event_id = start_approved(current, approver, signed_run(found, staff, look))
        end(current, Request.State.APPROVED, approver, by=staff, event_id=event_id)


def refuse(found: Request, staff: Staff, reason: str) -> None:
    """End the request without doing it; the reason goes to the one who asked."""
    reason = _text(reason, _("Write why you refuse it: the person who asked reads it."))
    with _decision("approval.refused", found, staff) as current:
        refuse_to_decide(staff, current)
        end(current, Request.State.REFUSED, Actor.staff(staff), by=staff, answer=reason)


def withdraw(found: Request, staff: Staff) -> None:
    """End one's own request."""
    with _decision("approval.withdrawn", found, staff) as current:
        if staff.pk != current.requester_id:
            raise Denied(_("Only the person who asked may withdraw a request."))
        end(current, Request.State.WITHDRAWN, Actor.staff(staff), by=staff)


def comment(found: Request, staff: Staff, text: str) -> None:
    """Say something about a request that one may know of; the one who asked has news then."""
    text = _text(text, _("Write what you want to say."))
    with use_primary(), transaction.atomic(using="default"):
        current = Request.objects.using("default").select_for_update().get(pk=found.pk)
        if current.comments.count() >= COMMENTS_LIMIT:
            raise Conflict(
                ngettext(
                    "There is %(limit)s comment already; more are not taken.",
                    "There are %(limit)s comments already; more are not taken.",
                    COMMENTS_LIMIT,
                )
                % {"limit": COMMENTS_LIMIT}
            )
        Comment.objects.create(request=current, author=staff, text=text)
        if staff.pk != current.requester_id:
            current.is_news = True
            current.save(update_fields=["is_news"])
        note("approval.commented", current, Actor.staff(staff), reason=text)
    note_write()


def expire_overdue() -> int:
    """End the requests whose time is over; how many. Those being decided right now are left."""
    ended = 0
    overdue = Request.objects.using("default").filter(
        state=Request.State.OPEN, expires_at__lte=timezone.now()
    )
    for pk in overdue.order_by("pk").values_list("pk", flat=True)[:EXPIRED_AT_ONCE]:
        with transaction.atomic(using="default"):
            rows = Request.objects.using("default").select_for_update(skip_locked=True)
            current = rows.filter(pk=pk, state=Request.State.OPEN).first()
            if current is not None:
                end(current, Request.State.EXPIRED, EXPIRY)
                ended += 1
    return ended


def _text(value: str, empty: str) -> str:
    """What someone wrote, without blanks around it; Invalid when nobody can read it or too long."""
    text = value.strip()
    if not any(letter.isprintable() and not letter.isspace() for letter in text):
        raise Invalid(empty)
    if len(text) > TEXT_LENGTH or "\x00" in text:
        raise Invalid(_("Write at most %s characters, without control characters.") % TEXT_LENGTH)
    return text


@contextmanager
def _decision(name: str, found: Request, staff: Staff) -> Iterator[Request]:
    """A transaction with the request locked; a refusal leaves its event afterwards."""
    with use_primary(), _refusals_noted(name, found, staff):
        try:
            with transaction.atomic(using="default"):
                with connections["default"].cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
                yield locked(found.pk)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            message = _("Someone else is deciding about this request right now. Try again.")
            raise Conflict(message) from error
    note_write()


@contextmanager
def _refusals_noted(name: str, found: Request, staff: Staff) -> Iterator[None]:
    """Whoever may not, or comes too late, leaves an event that says so."""
    try:
        yield
    except OperationError as error:
        note(
            name,
            found,
            Actor.staff(staff),
            reason=found.reason,
            outcome=error.outcome,
            detail=str(error.message)[:1000],
        )
        raise
