"""Pages of an operation: fill → preview → done. Each step is an address; going back is harmless."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.models import Event
from backoffice.operations.approval.performers import asking
from backoffice.operations.exceptions import (
    Expired,
    Invalid,
    Unconfirmed,
)
from backoffice.operations.export import note_download, preview_csv
from backoffice.operations.forms import ReasonForm, clean_targets
from backoffice.operations.models import StoredPreview
from backoffice.operations.order import guard
from backoffice.operations.performers import StaffPerformer, performer_of
from backoffice.operations.pipeline import execute
from backoffice.operations.presentation import (
    heading_of,
    preview_context,
    receipt_context,
)
from backoffice.operations.preview import preview
from backoffice.operations.reasons import reason_of, recent_reasons, usual_reasons
from backoffice.operations.refusing import operation_page


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
    keys = [] if operation.creates else clean_targets(given.getlist("target"))
    if request.method == "POST" and given.get("step") == "preview":
        go_on = _at_once if operation.immediate else _preview
        return go_on(request, operation, performer, keys)
    form = operation.form(None, performer, keys)
    if request.method == "POST":
        _fill_again(form, given)
    operation.suggest(form, given)
    reason = ReasonForm(
        initial={"reason": given.get("reason", ""), "ticket": given.get("ticket", "")}
    )
    return _fill_page(request, operation, keys, form, reason)


def _fill_again(form: Any, given: Any) -> None:
    """Put what the person had typed, which comes back with them, into a form as it is now."""
    for name, field in form.fields.items():
        if name in given and not field.widget.is_hidden:
            form.initial[name] = given[name]


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
            reason=reason_of(data),
            ticket=data.get("ticket", ""),
        )
    except Invalid:
        form, reason = operation.form(data, performer, keys), _reason_form(data)
        return _fill_page(request, operation, keys, form, reason, status=422)
    return redirect("operations-preview", name=operation.name, token=stored.token)


def _at_once(
    request: HttpRequest, operation: Any, performer: StaffPerformer, keys: list[int]
) -> HttpResponse:
    data = request.POST
    reason, ticket = reason_of(data), data.get("ticket", "")
    try:
        execute(operation.name, keys, data, actor=performer, reason=reason, ticket=ticket)
    except Invalid:
        form, reason_form = operation.form(data, performer, keys), _reason_form(data)
        return _fill_page(request, operation, keys, form, reason_form, status=422)
    return redirect(operation.targets.url(keys[0]))


def _reason_form(data: Any) -> ReasonForm:
    """What was given as the reason, be it written or chosen."""
    return ReasonForm({"reason": reason_of(data), "ticket": data.get("ticket", "")})


def _fill_page(
    request: HttpRequest,
    operation: Any,
    keys: list[int],
    form: Any,
    reason: ReasonForm,
    status: int = 200,
) -> HttpResponse:
    choices = operation.targets.choices(request.user, keys)
    if not choices and not operation.creates:
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
        "usual_reasons": usual_reasons(),
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
    typed = request.POST.get("confirmed", "")
    if request.method == "POST":
        try:
            _apply(request, operation, stored, typed)
        except Unconfirmed as error:
            return _preview_page(request, operation, stored, typed, str(error.message), 422)
        return redirect("operations-done", name=operation.name, token=token)
    _open_still(request, operation, stored)
    return _preview_page(request, operation, stored)


def _apply(request: HttpRequest, operation: Any, stored: StoredPreview, typed: str) -> None:
    execute(
        operation.name,
        stored.targets,
        stored.params,
        actor=performer_of(request),
        reason=stored.reason,
        ticket=stored.ticket,
        preview=stored,
        confirmed=typed,
    )


def _preview_page(
    request: HttpRequest,
    operation: Any,
    stored: StoredPreview,
    typed: str = "",
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    context = preview_context(request.user, operation, stored)
    context |= {"typed": typed[:200], "wrong": wrong}
    return render(request, "operations/preview.html", context, status=status)


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
    scopes = operation.targets.scopes(performer_of(request), stored.targets)
    note_download(request, "preview.downloaded", operation, scopes, preview=str(token))
    return preview_csv(request.user, operation, stored)
