"""Everything that the page of one request shows."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from audit.models import Event, Outcome
from backoffice.accounts.models import Staff
from backoffice.entities import reads, values
from backoffice.operations.approval.access import ask_again, refuse_to_decide
from backoffice.operations.approval.comparing import compared
from backoffice.operations.approval.looking import Now, look_now, sign, sign_run
from backoffice.operations.approval.models import TEXT_LENGTH, Comment, Request
from backoffice.operations.approval.performers import Agreed, asking
from backoffice.operations.approval.running import look_at_run, run_of
from backoffice.operations.approval.shown import operation_of, state_of
from backoffice.operations.base import Operation
from backoffice.operations.bulk.access import SEE_ALL as SEE_RUNS
from backoffice.operations.exceptions import Denied, OperationError
from backoffice.operations.findings import TEXT_KEPT
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.presentation import heading_of
from backoffice.operations.targets import SHOWN, Records
from backoffice.replicas import note_write


def page_context(request: HttpRequest, found: Request) -> dict[str, Any]:
    """For the person of the web request; a look by the one who asked takes the news away."""
    staff, operation = cast(Staff, request.user), operation_of(found)
    is_own = staff.pk == found.requester_id
    why_not = _why_not(staff, found) if found.is_open else ""
    looks = found.is_open and operation is not None and (is_own or not why_not)
    context = {
        "found": found,
        "number": f"#{found.pk}",
        "state": state_of(found),
        "operation": operation,
        "heading": _heading(staff, found, operation),
        "is_own": is_own,
        "why_not": why_not,
        "may_decide": found.is_open and not why_not,
        "text_length": TEXT_LENGTH,
        "comments": list(_comments(found)),
        "event": _event(found),
        "texts": [] if why_not and not is_own else _long_texts(found, operation),
        **(_run(staff, found, looks) if found.is_run else _preview(staff, found, operation, looks)),
    }
    if not context["may_decide"]:
        context["look"] = ""
    _opened(request, found, is_own)
    return context


def _preview(
    staff: Staff, found: Request, operation: Operation | None, looks: bool
) -> dict[str, Any]:
    """The preview as it was and, while it is open, as it would be now."""
    now, trouble = _now(staff, found, operation) if looks and operation else (None, "")
    return {
        "comparison": compared(staff, found, now),
        "has_now": now is not None,
        "trouble": trouble,
        "look": sign(found, staff, now) if now and now.effects else "",
        "button": operation.sentence % {"count": _count(found, now)} if operation else "",
        **_refused(staff, found, operation, now),
    }


def _run(staff: Staff, found: Request, looks: bool) -> dict[str, Any]:
    """A run's preview, and how its records stand now."""
    operation, now, trouble = operation_of(found), None, ""
    try:
        now = look_at_run(found) if looks else None
    except OperationError as error:
        trouble = str(error.message)
    run = run_of(found)
    opens = run is not None and (run.staff_id == staff.pk or staff.has_perm(SEE_RUNS))
    return {
        "comparison": compared(staff, found, None),
        "run": run if opens else None,
        "run_now": now,
        "trouble": trouble,
        "look": sign_run(found, staff, now.recount.now) if now else "",
        "button": operation.sentence % {"count": found.count} if operation else "",
    }


def _why_not(staff: Staff, found: Request) -> str:
    """Why the person may not decide; "" when they may."""
    try:
        refuse_to_decide(staff, found)
    except Denied as error:
        return str(error.message)
    return ""


def _now(staff: Staff, found: Request, operation: Operation) -> tuple[Now | None, str]:
    """What it would do now, or why it could do nothing."""
    if staff.pk == found.requester_id:
        performer = asking(StaffPerformer(staff), operation)
    else:
        performer = Agreed(found.requester, staff)
    if not performer.may(operation):
        return None, str(Denied.heading)
    try:
        return look_now(found, performer), ""
    except OperationError as error:
        return None, str(error.message)


def _count(found: Request, now: Now | None) -> int:
    return found.count - len(now.refusals) if now else found.count


def _heading(staff: Staff, found: Request, operation: Operation | None) -> str:
    if operation is None:
        return found.operation
    choices = operation.targets.choices(staff, found.targets[:1])
    return heading_of(operation, choices, found.count)


def _refused(
    staff: Staff, found: Request, operation: Operation | None, now: Now | None
) -> dict[str, Any]:
    """Records that could not be targets when it was asked for, and those that cannot now."""
    if operation is None:
        return {}
    was, is_now = dict(found.refusals), dict(now.refusals if now else [])
    return {
        "left_out_then": operation.targets.choices(staff, list(was), was),
        "left_out_now": operation.targets.choices(staff, list(is_now), is_now),
        "left_out_others": max(len(was), len(is_now)) - SHOWN,
    }


def _long_texts(found: Request, operation: Operation | None) -> list[tuple[str, str]]:
    """The new texts of which rows show no more than the beginning: nobody agrees to them unread."""
    if operation is None or not isinstance(operation.targets, Records):
        return []
    entity = operation.targets.entity
    columns = {column.name for column in entity.model._meta.concrete_fields}
    return [
        (values.label(entity, name), text)
        for name, text in found.params.items()
        if name in columns and isinstance(text, str) and len(text) > TEXT_KEPT
    ]


def _comments(found: Request) -> Any:
    comments = Comment.objects.using("default").filter(request=found)
    return comments.select_related("author").order_by("pk")


def _event(found: Request) -> Event | None:
    """The event of what was approved."""
    if found.event_id is None:
        return None
    return Event.objects.using("default").filter(pk=found.event_id).first()


def _opened(request: HttpRequest, found: Request, is_own: bool) -> None:
    """Note the look as a read; the one who asked has seen the news."""
    params = {"request": found.pk, "operation": found.operation}
    if len(found.scopes) > 1:
        params["scopes"] = [str(scope) for scope in found.scopes]
    scope = found.scopes[0] if len(found.scopes) == 1 else None
    reads.note(request, "approval.opened", outcome=Outcome.SUCCEEDED, params=params, scope=scope)
    if is_own and found.is_news:
        unread = Request.objects.using("default").filter(pk=found.pk, is_news=True)
        unread.update(is_news=False)
        ask_again()
        note_write()
