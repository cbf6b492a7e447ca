"""The pages that look back: a record as it was, two of its versions, and how differences stand."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.activity import as_of
from backoffice.activity.comparing import Comparer
from backoffice.activity.layouts import COOKIE, LAYOUTS
from backoffice.activity.moments import input_of, read_moment
from backoffice.activity.records import Traced, trace_record
from backoffice.console import preferences
from backoffice.entities.addresses import redirect_without_blanks
from backoffice.entities.entity import Entity


@require_safe
def show_as_of(request: HttpRequest, entity: Entity, pk: str) -> HttpResponse:
    """A record as it was at a moment, beside what it is now."""
    traced = _traced(request, entity, pk)
    clean = redirect_without_blanks(request)
    if clean is not None:
        return clean
    text = request.GET.get("at", "")
    at, problem = read_moment(text) if text else (None, "")
    only = request.GET.get("show") == "differences"
    context = {"traced": traced, "entity": entity, "typed": text[:40], "problem": problem}
    if not problem:
        page = as_of.read(request.user, traced, at, only)
        context |= {"page": page, "typed": input_of(page.at)}
    return render(request, "activity/as_of.html", context, status=400 if problem else 200)


@require_safe
def show_comparison(request: HttpRequest, entity: Entity, pk: str) -> HttpResponse:
    """What is different between two versions of a record."""
    traced = _traced(request, entity, pk)
    clean = redirect_without_blanks(request)
    if clean is not None:
        return clean
    context = {"traced": traced, "entity": entity, "page": Comparer(request, traced).read()}
    return render(request, "activity/compare.html", context)


@require_POST
def set_layout(request: HttpRequest) -> HttpResponse:
    """Remember how this browser shows differences of texts, and lead back."""
    layout = request.POST.get("layout", "")
    if layout not in LAYOUTS:
        raise BadRequest(_("There is no such way to show differences."))
    return preferences.remember(request, COOKIE, layout)


def _traced(request: HttpRequest, entity: Entity, pk: str) -> Traced:
    if entity.history_model is None:
        raise Http404(_("The history of %s is not kept.") % entity.label_plural)
    return trace_record(request, entity, pk)
