"""How a request ends: in one way, once, under the lock of its row, with an event."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import events
from audit.actors import Actor
from audit.models import Outcome
from backoffice.accounts.models import Staff
from backoffice.operations.approval.models import Notice, Request
from backoffice.operations.exceptions import Conflict
from backoffice.operations.order import NOTED_TARGETS

EXPIRY = Actor.service("approval")


class Ended(Conflict):
    """Someone has ended the request already; the message says how."""


def locked(pk: int) -> Request:
    """The request's row, locked until the transaction ends; Ended when it is not open any more."""
    rows = Request.objects.using("default").select_for_update(of=("self",))
    found = rows.select_related("requester").get(pk=pk)
    refuse_ended(found)
    return found


def refuse_ended(found: Request) -> None:
    """Raise Ended for a request that is over, by somebody's word or by time."""
    if not found.is_open:
        text = _("This request is over already (%(state)s). Nothing was done.")
        raise Ended(text % {"state": found.get_state_display()})
    if found.is_overdue:
        raise Ended(_("The time of this request is over. Nothing was done."))


def end(
    found: Request,
    state: Request.State,
    actor: Actor,
    *,
    by: Staff | None = None,
    answer: str = "",
    event_id: int | None = None,
) -> None:
    """End a locked request: its row, its event and its notice, all in the open transaction."""
    found.state, found.decided_by, found.decided_at = state, by, timezone.now()
    found.answer, found.event_id = answer, event_id
    found.is_news = state != Request.State.WITHDRAWN
    found.save(update_fields=["state", "decided_by", "decided_at", "answer", "event_id", "is_news"])
    note(f"approval.{state.value}", found, actor, reason=answer or found.reason, by=by)
    if found.is_news:
        _enqueue(found)


def note(
    name: str,
    found: Request,
    actor: Actor,
    *,
    reason: str,
    outcome: str = Outcome.SUCCEEDED,
    detail: str = "",
    by: Staff | None = None,
) -> None:
    """Write the event of something that happened to a request, with what it is about."""
    params: dict[str, object] = {
        "request": found.pk,
        "operation": found.operation,
        "targets": found.targets[:NOTED_TARGETS],
    }
    if by is not None and by.is_elevated:
        # Someone decides in a role that was lent to them.
        params["elevated_to"] = by.current_role
    if found.event_id is not None:
        params["event"] = found.event_id
    if len(found.scopes) > 1:
        params["scopes"] = [str(scope) for scope in found.scopes]
    events.record(
        name,
        actor=actor,
        outcome=outcome,
        params=params,
        reason=reason,
        detail=detail,
        ticket=found.ticket,
        entity=found.operation.partition(".")[0],
        target_count=found.count,
        record_id=str(found.targets[0]) if len(found.targets) == 1 else "",
        scope=found.scopes[0] if len(found.scopes) == 1 else None,
    )


def _enqueue(found: Request) -> None:
    """Note in the open transaction what is to be mailed, with its job."""
    from backoffice.operations.approval.tasks import tell

    notice = Notice.objects.create(request=found)
    tell.defer(notice=notice.pk)


def expires_at() -> datetime:
    """Until when a request that is made now is open."""
    return timezone.now() + timedelta(days=settings.APPROVAL_DAYS)
