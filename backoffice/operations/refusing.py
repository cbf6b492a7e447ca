"""What a page shows when an operation is refused: why, both sides of a conflict, and a way on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from backoffice.operations import registry
from backoffice.operations.exceptions import OperationError, UnknownOperation
from backoffice.operations.sides import sides_of
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
    keys, moved = error.context.get("keys", []), error.context.get("moved", [])
    sides = sides_of(request.user, operation, error.context)
    shown = {side.choice.pk for side in sides}
    context = {
        "operation": operation,
        "targets": operation.targets,
        "error": error,
        "keys": keys,
        "retry": bool(keys) and (error.status in {409, 410} or _is_first_step(request, error)),
        "sides": sides,
        "moved": operation.targets.choices(request.user, [k for k in moved if k not in shown]),
        "given": error.context.get("given", {}),
        "again": error.context.get("again"),
    }
    page = render(request, "operations/refused.html", context, status=error.status)
    if context["again"]:
        page["Retry-After"] = str(
            max(1, round((context["again"] - timezone.now()).total_seconds()))
        )
    return page


def _is_first_step(request: HttpRequest, error: OperationError) -> bool:
    """Whether someone must wait with what they had just filled in; a preview waits by itself."""
    match = request.resolver_match
    return error.status == 429 and not (match and "token" in match.kwargs)
