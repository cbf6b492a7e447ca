"""Pages of the requests: the lists, one request, and what people do to it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.accounts.models import Staff
from backoffice.entities.access import parse_id
from backoffice.operations.approval import deciding
from backoffice.operations.approval.access import counts, get_for_staff, open_to, to_review
from backoffice.operations.approval.asking import ask
from backoffice.operations.approval.models import Request
from backoffice.operations.approval.page import page_context
from backoffice.operations.approval.running import ask_for_run
from backoffice.operations.approval.shown import lines
from backoffice.operations.bulk.models import BulkRun
from backoffice.operations.exceptions import Expired, OperationError
from backoffice.operations.models import StoredPreview
from backoffice.replicas import use_primary

View = Callable[..., HttpResponse]
PAGE = 50
TABS: dict[str, Callable[[Staff], QuerySet[Request]]] = {
    "review": to_review,
    "mine": lambda staff: open_to(staff).filter(requester=staff.pk),
    "done": lambda staff: open_to(staff).exclude(state=Request.State.OPEN),
}


def refusals_shown(view: View) -> View:
    """Turns a refusal into its page, with the way back to the request."""

    @wraps(view)
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        with use_primary():
            try:
                return view(request, **kwargs)
            except OperationError as error:
                context = {"error": error, "pk": kwargs.get("pk")}
                return render(request, "approval/refused.html", context, status=error.status)

    return page


@require_safe
def show_requests(request: HttpRequest) -> HttpResponse:
    """Requests, newest first: those that wait for the person, their own, those that are over."""
    staff = cast(Staff, request.user)
    tab, before = request.GET.get("tab", "review"), request.GET.get("before", "")
    if tab not in TABS or (before and parse_id(before) is None):
        raise BadRequest(_("This list of requests cannot be read. Begin at its first page."))
    found = TABS[tab](staff)
    if before:
        found = found.filter(pk__lt=parse_id(before))
    shown = lines(staff, found, PAGE + 1)
    context = {
        "tab": tab,
        "lines": shown[:PAGE],
        "next": shown[PAGE - 1].request.pk if len(shown) > PAGE else None,
        "counts": counts(staff),
    }
    return render(request, "approval/list.html", context)


@require_safe
@refusals_shown
def show_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: the preview as it was, as it would be now, and what became of it."""
    found = get_for_staff(request, pk)
    return render(request, "approval/request.html", page_context(request, found))


@require_POST
@refusals_shown
def send(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Send a preview of one's own for approval, or that of a background run."""
    staff = cast(Staff, request.user)
    stored = StoredPreview.objects.using("default").filter(pk=token, staff=staff).first()
    run = BulkRun.objects.using("default").filter(token=token, staff=staff).first()
    if stored is not None:
        made = ask(staff, stored)
    elif run is not None:
        made = ask_for_run(staff, run)
    else:
        raise Expired(_("There is no such preview of yours. Start the operation again."))
    messages.success(request, _("Your request is sent. You are told here and by e-mail."))
    return redirect("approval-request", pk=made.pk)


@require_POST
@refusals_shown
def approve_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to what the page showed; it is carried out at once."""
    found = get_for_staff(request, pk)
    deciding.approve(found, cast(Staff, request.user), request.POST.get("look", "")[:20_000])
    said = _("Approved, and started.") if found.is_run else _("Approved, and carried out.")
    messages.success(request, said)
    return redirect("approval-request", pk=pk)


@require_POST
@refusals_shown
def refuse_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, and why."""
    found = get_for_staff(request, pk)
    deciding.refuse(found, cast(Staff, request.user), request.POST.get("reason", ""))
    messages.success(request, _("The request is refused; the person who asked is told why."))
    return redirect("approval-request", pk=pk)


@require_POST
@refusals_shown
def withdraw_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    found = get_for_staff(request, pk)
    deciding.withdraw(found, cast(Staff, request.user))
    messages.success(request, _("Your request is withdrawn."))
    return redirect("approval-request", pk=pk)


@require_POST
@refusals_shown
def comment_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something about it."""
    found = get_for_staff(request, pk)
    deciding.comment(found, cast(Staff, request.user), request.POST.get("text", ""))
    return redirect("approval-request", pk=pk)
