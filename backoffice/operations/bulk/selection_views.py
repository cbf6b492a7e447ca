"""Choosing everything that fits: how many there are, what can be done to them, and why."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice.entities.access import require_view
from backoffice.operations import registry
from backoffice.operations.base import Operation
from backoffice.operations.bulk import runs, selection
from backoffice.operations.bulk.kinds import Asked, kind_of
from backoffice.operations.bulk.models import Selection
from backoffice.operations.bulk.pages import bulk_page
from backoffice.operations.bulk.shown import counted
from backoffice.operations.exceptions import Denied, Invalid
from backoffice.operations.forms import ReasonForm
from backoffice.operations.order import guard
from backoffice.operations.performers import performer_of
from backoffice.operations.preview import preview
from backoffice.operations.reasons import reason_of, recent_reasons, usual_reasons
from backoffice.operations.targets import SHOWN


@require_http_methods(["GET", "HEAD", "POST"])
@bulk_page
def choose(request: HttpRequest) -> HttpResponseBase:
    """How many records fit, exactly, and what can be done to all of them.

    The address says what was chosen; a POST with an operation's name freezes it and goes on.
    """
    given = request.GET
    kind, query = given.get("kind", ""), given.get("query", "")
    asked = selection.ask(request.user, given.get("entity", ""), kind, query)
    require_view(request.user, asked.entity)
    if request.method == "POST":
        operation = registry.get(request.POST.get("operation", ""))
        if operation not in possible(request, asked):
            raise Denied(_("This cannot be done to these records, or not by you."))
        frozen = selection.freeze(asked, operation)
        return redirect("bulk-fill", token=frozen.token, name=operation.name)
    # What was deleted is no record any more; what deleted it is still an event.
    counts = {selects: selection.count(asked, selects) for selects in selected(asked)}
    only = given.get("operation", "")
    operations = [
        operation
        for operation in possible(request, asked)
        if counts[operation.selects] and only in {"", operation.name}
    ]
    one = operations[0] if only and len(operations) == 1 else None
    context = {
        "entity": asked.entity,
        # Who came for one operation has chosen already: the page is about that.
        "heading": counted(one, counts[one.selects]) if one else "",
        "only": one,
        "count": counts["records"],
        "events": counts.get("events", 0),
        "told": kind_of(kind).told(asked),
        "back": kind_of(kind).back(asked),
        "operations": operations,
        "large": max(counts.values()) > settings.OPERATION_TARGET_LIMIT,
    }
    return render(request, "bulk/choose.html", context)


def selected(asked: Asked) -> set[str]:
    """What this way to choose gives: records, and where things happened, the events too."""
    return {"records"} if asked.kind == "list" else {"records", "events"}


def possible(request: HttpRequest, asked: Asked) -> list[Operation]:
    """What the person may do to everything that was chosen."""
    performer = performer_of(request)
    selects = selected(asked)
    found = [
        operation
        for operation in registry.all_operations().values()
        if operation.selects in selects
        and (operation.selects == "events" or operation.entity == asked.entity.name)
        and operation.several
        and not (operation.immediate or operation.creates)
        and (operation.offered or operation.selects == "events")
        and performer.may(operation)
    ]
    return sorted(found, key=lambda operation: operation.rank)


@require_http_methods(["GET", "HEAD", "POST"])
@bulk_page
def fill(request: HttpRequest, token: uuid.UUID, name: str) -> HttpResponseBase:
    """Step 1 for a selection: the reason. Step 2 is a preview's page, or that of a run."""
    operation, chosen = registry.get(name), selection.opened(request.user, token)
    performer = performer_of(request)
    guard(operation, performer)
    asked = selection.asked_by(chosen, request.user)
    if operation not in possible(request, asked):
        # An address put together by hand: its numbers would mean records of another kind.
        raise Denied(_("This cannot be done to these records, or not by you."))
    if request.method != "POST":
        return _fill_page(request, operation, chosen, asked, None)
    try:
        return _preview(request, operation, chosen, asked)
    except Invalid as error:
        if not error.errors:
            raise
        return _fill_page(request, operation, chosen, asked, request.POST)


def _preview(
    request: HttpRequest, operation: Operation, chosen: Selection, asked: Asked
) -> HttpResponseBase:
    """Few are previewed at once; many in the background."""
    performer, data = performer_of(request), request.POST
    reason, ticket = reason_of(data), data.get("ticket", "")
    limit = settings.OPERATION_TARGET_LIMIT
    keys = selection.first_keys(asked, operation.selects, limit + 1)
    if len(keys) <= limit:
        stored = preview(operation.name, keys, data, actor=performer, reason=reason, ticket=ticket)
        return redirect("operations-preview", name=operation.name, token=stored.token)
    run = runs.begin(operation.name, chosen, data, actor=performer, reason=reason, ticket=ticket)
    return redirect("bulk-run", token=run.token)


def _fill_page(
    request: HttpRequest, operation: Operation, chosen: Selection, asked: Asked, data: Any
) -> HttpResponseBase:
    keys = selection.first_keys(asked, operation.selects, SHOWN)
    choices = operation.targets.choices(request.user, keys)
    given = data and {"reason": reason_of(data), "ticket": data.get("ticket", "")}
    reason_form = ReasonForm(given)
    context = {
        "operation": operation,
        "entity": asked.entity,
        "targets": operation.targets,
        "chosen": chosen,
        "heading": counted(operation, chosen.count),
        "told": kind_of(chosen.kind).told(asked),
        "back": kind_of(chosen.kind).back(asked),
        "choices": choices,
        "others": chosen.count - len(choices),
        "form": operation.form(data, performer_of(request), keys),
        "reason_form": reason_form,
        "reasons": recent_reasons(request.user),
        "usual_reasons": usual_reasons(),
        "step": 1,
        **operation.extra_context(request.user, keys, None),
    }
    status = 422 if data is not None else 200
    return render(request, "bulk/fill.html", context, status=status)
