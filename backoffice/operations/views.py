"""Pages of an operation: fill → preview → done. Each step is an address; going back is harmless."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.models import Event
from backoffice.operations import registry
from backoffice.operations.approval.performers import asking
from backoffice.operations.exceptions import Expired, Invalid, OperationError, UnknownOperation
from backoffice.operations.export import preview_csv
from backoffice.operations.forms import ReasonForm, clean_targets
from backoffice.operations.models import StoredPreview
from backoffice.operations.order import guard
from backoffice.operations.performers import StaffPerformer, performer_of
from backoffice.operations.pipeline import execute
from backoffice.operations.presentation import (
    heading_of,
    preview_context,
    receipt_context,
    recent_reasons,
)
from backoffice.operations.preview import preview
from backoffice.replicas import use_primary

View = Callable[..., HttpResponseBase]


def operation_page(view: View) -> View:
    """Turns an operation's refusal into its page, with a way on; always reads the primary."""

    @wraps(view)
    def page(request: HttpRequest, name: str, **kwargs: Any) -> HttpResponseBase:
        with use_primary():
            try:
                return view(request, registry.get(name), **kwargs)
            except UnknownOperation as error:
                raise Http404(str(error.message)) from error
            except OperationError as error:
                return _refusal(request, name, error)

    return page


def _refusal(request: HttpRequest, name: str, error: OperationError) -> HttpResponse:
    operation = registry.get(name)
    keys = error.context.get("keys", [])
    context = {
        "operation": operation,
        "targets": operation.targets,
        "error": error,
        "keys": keys,
        "retry": bool(keys) and error.status in {409, 410},
        "moved": operation.targets.choices(request.user, error.context.get("moved", [])),
    }
    return render(request, "operations/refused.html", context, status=error.status)


@require_http_methods(["GET", "HEAD", "POST"])
@operation_page
def fill(request: HttpRequest, operation: Any) -> HttpResponse:
    """Step 1: the targets, the reason. A POST with step=preview goes on to step 2.

    An immediate operation has no further step: the POST does it and leads to the record.
    """
    given = request.POST if request.method == "POST" else request.GET
    performer = performer_of(request)
    if given.get("ask"):
        performer = asking(performer, operation)
    guard(operation, performer, given.getlist("target"))
    keys = clean_targets(given.getlist("target"))
    if request.method == "POST" and given.get("step") == "preview":
        go_on = _at_once if operation.immediate else _preview
        return go_on(request, operation, performer, keys)
    form = operation.form(None, performer, keys)
    operation.suggest(form, given)
    reason = ReasonForm(initial={"reason": given.get("reason", "")})
    return _fill_page(request, operation, keys, form, reason)


def _preview(
    request: HttpRequest, operation: Any, performer: StaffPerformer, keys: list[int]
) -> HttpResponse:
    data = request.POST
    try:
        stored = preview(
            operation.name,
            keys,
            data,
            actor=performer,
            reason=data.get("reason", ""),
            ticket=data.get("ticket", ""),
        )
    except Invalid:
        form, reason = operation.form(data, performer, keys), ReasonForm(data)
        return _fill_page(request, operation, keys, form, reason, status=422)
    return redirect("operations-preview", name=operation.name, token=stored.token)


def _at_once(
    request: HttpRequest, operation: Any, performer: StaffPerformer, keys: list[int]
) -> HttpResponse:
    data = request.POST
    reason, ticket = data.get("reason", ""), data.get("ticket", "")
    try:
        execute(operation.name, keys, data, actor=performer, reason=reason, ticket=ticket)
    except Invalid:
        form, reason_form = operation.form(data, performer, keys), ReasonForm(data)
        return _fill_page(request, operation, keys, form, reason_form, status=422)
    return redirect(operation.targets.url(keys[0]))


def _fill_page(
    request: HttpRequest,
    operation: Any,
    keys: list[int],
    form: Any,
    reason: ReasonForm,
    status: int = 200,
) -> HttpResponse:
    choices = operation.targets.choices(request.user, keys)
    if not choices:
        raise Http404(_("None of the chosen records exists for you."))
    context = {
        "operation": operation,
        "targets": operation.targets,
        "heading": heading_of(operation, choices, len(keys)),
        "keys": keys,
        "choices": choices,
        "others": len(keys) - len(choices),
        "form": form,
        "reason_form": reason,
        "reasons": recent_reasons(request.user),
        "step": 1,
        **operation.extra_context(request.user, keys, None),
    }
    return render(request, "operations/fill.html", context, status=status)


def _stored(request: HttpRequest, operation: Any, token: uuid.UUID) -> StoredPreview:
    """This person's own preview of this operation, and nobody else's."""
    found = (
        StoredPreview.objects.using("default")
        .filter(pk=token, staff=request.user.pk, operation=operation.name)
        .first()
    )
    if found is None:
        raise Expired(_("There is no such preview of yours. Start the operation again."))
    return found


def _open_still(request: HttpRequest, operation: Any, stored: StoredPreview) -> None:
    """A preview shows what records hold: to nobody whom one of them has been closed to since."""
    known = operation.targets.known(performer_of(request), stored.targets)
    if len(known) < len(stored.targets):
        raise Expired(_("Some of these records are gone, or no longer open to you. Begin again."))


@require_http_methods(["GET", "HEAD", "POST"])
@operation_page
def confirm(request: HttpRequest, operation: Any, token: uuid.UUID) -> HttpResponse:
    """Step 2: what will happen, row by row. A POST applies it."""
    stored = _stored(request, operation, token)
    if stored.applied_event is not None:
        return redirect("operations-done", name=operation.name, token=token)
    if stored.expired:
        raise Expired(
            _("This preview is too old. Look at a new one, then apply it."), keys=stored.targets
        )
    if request.method == "POST":
        execute(
            operation.name,
            stored.targets,
            stored.params,
            actor=performer_of(request),
            reason=stored.reason,
            ticket=stored.ticket,
            preview=stored,
        )
        return redirect("operations-done", name=operation.name, token=token)
    _open_still(request, operation, stored)
    return render(
        request, "operations/preview.html", preview_context(request.user, operation, stored)
    )


@require_GET
@operation_page
def done(request: HttpRequest, operation: Any, token: uuid.UUID) -> HttpResponse:
    """Step 3: the receipt, with the event and the way back."""
    stored = _stored(request, operation, token)
    if stored.applied_event is None:
        return redirect("operations-preview", name=operation.name, token=token)
    event = Event.objects.using("default").get(pk=stored.applied_event)
    context = receipt_context(request.user, operation, stored, event)
    return render(request, "operations/done.html", context)


@require_GET
@operation_page
def rows(request: HttpRequest, operation: Any, token: uuid.UUID) -> HttpResponseBase:
    """Every row of a preview as CSV."""
    stored = _stored(request, operation, token)
    _open_still(request, operation, stored)
    return preview_csv(request.user, operation, stored)
