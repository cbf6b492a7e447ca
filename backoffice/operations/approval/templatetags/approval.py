"""Ways to ask for approval, for the pages of operations and of records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.functional import Promise

from backoffice.operations.approval.asking import why_needed
from backoffice.operations.approval.models import Request
from backoffice.operations.approval.performers import ask_url, may_ask
from backoffice.operations.base import Operation
from backoffice.operations.exceptions import Denied, Invalid, NeedsApproval, OperationError
from backoffice.operations.forms import clean_targets
from backoffice.operations.models import StoredPreview
from backoffice.operations.performers import performer_of

register = template.Library()


@dataclass(frozen=True)
class Needed:
    """Why the person cannot apply a preview alone, and the request that came of it already."""

    why: str | Promise
    only_asks: bool
    request: Request | None


@register.simple_tag(takes_context=True)
def approval_needed(context: dict[str, Any], stored: StoredPreview) -> Needed | None:
    """`{% approval_needed preview as approval %}`: None where the person may simply apply it."""
    performer = performer_of(context["request"])
    try:
        why = why_needed(performer.staff, stored)
    except OperationError as error:
        why = error.message
    if not why:
        return None
    sent = Request.objects.using("default").filter(token=stored.token).first()
    return Needed(why, not performer.may(context["operation"]), sent)


@register.inclusion_tag("approval/_ask.html", takes_context=True)
def ask_instead(
    context: dict[str, Any], operation: Operation, error: OperationError
) -> dict[str, Any]:
    """`{% ask_instead operation error %}`: on the page of a refusal, the way to a request.

    Who lacks the permission begins with the reason; who has a preview sends that.
    """
    request = context["request"]
    found: dict[str, Any] = {"operation": operation, "request": request}
    if isinstance(error, NeedsApproval):
        match = request.resolver_match
        return {**found, "token": match.kwargs.get("token") if match else None}
    staff, given = request.user, request.POST if request.method == "POST" else request.GET
    lacks = isinstance(error, Denied) and not performer_of(request).may(operation)
    if lacks and may_ask(staff, operation) and not given.get("ask"):
        found["keys"] = _keys(request, operation, given.getlist("target"))
    return found


def _keys(request: Any, operation: Operation, given: Iterable[object]) -> list[int]:
    """The chosen records, as far as the person may know of them."""
    try:
        keys = clean_targets(given)
    except Invalid:
        return []
    return sorted(operation.targets.known(performer_of(request), keys))


@register.inclusion_tag("approval/_menu.html", takes_context=True)
def ask_menu(context: dict[str, Any], buttons: Iterable[Any], pk: int) -> dict[str, Any]:
    """`{% ask_menu buttons pk %}`: what a record page refuses and the person may ask for."""
    performer = performer_of(context["request"])
    refused = [button.operation for button in buttons if button.why]
    found = [(one, ask_url(performer, one, pk)) for one in refused]
    return {"operations": [(one, url) for one, url in found if url]}
