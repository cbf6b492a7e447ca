"""What the pages of this room have in common: the primary, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from backoffice.operations import registry
from backoffice.operations.exceptions import OperationError, UnknownOperation
from backoffice.replicas import use_primary

View = Callable[..., HttpResponseBase]


def bulk_page(view: View) -> View:
    """Reads the primary, and turns an operation's refusal into its page, with a way on."""

    @wraps(view)
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        with use_primary():
            try:
                return view(request, **kwargs)
            except UnknownOperation as error:
                raise Http404(str(error.message)) from error
            except OperationError as error:
                return refusal(request, error, kwargs)

    return page


def refusal(request: HttpRequest, error: OperationError, kwargs: Any) -> HttpResponseBase:
    """The page that says why, and what to do next."""
    name = kwargs.get("name", "")
    operation = registry.all_operations().get(name)
    context = {
        "error": error,
        "operation": operation,
        "recount": error.context.get("recount"),
        "token": kwargs.get("token"),
        "confirm": request.POST.get("confirm", "")[:20],
    }
    return render(request, "bulk/refused.html", context, status=error.status)
