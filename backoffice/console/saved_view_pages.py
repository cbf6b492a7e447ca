"""Saving, changing and deleting views. What is one's own only its owner changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backoffice.console import saved_views
from backoffice.console.models import NAME_LENGTH, QUERY_LENGTH, SavedView
from backoffice.console.saved_views import Page
from backoffice.console.view_places import BadView
from backoffice.replicas import note_write, use_primary

_TAKEN = gettext_lazy("You have a view of this name already.")


class ViewForm(forms.Form):
    """A view's name, and for whom it is."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        error_messages={"required": gettext_lazy("Give the view a name.")},
    )
    shared = forms.BooleanField(
        label=gettext_lazy("Offer it to everyone"),
        required=False,
        help_text=gettext_lazy("Each sees in it only what they may see. Sharing is recorded."),
    )
    is_default = forms.BooleanField(label=gettext_lazy("Open it by default"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def save_view(request: HttpRequest) -> HttpResponse:
    """Ask for the name of a new view, and save it."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        page = saved_views.page_called(given.get("page", ""))
        query = page.query_of(QueryDict(given.get("query", "")[: QUERY_LENGTH * 2]))
    except BadView as problem:
        raise Http404(str(problem)) from None
    form = ViewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            view = _saved(request, page, query, form)
        except BadView as problem:
            form.add_error(None, str(problem))
        except IntegrityError:
            form.add_error("name", _TAKEN)
        else:
            messages.success(request, _("Saved as “%s”.") % view.name)
            return redirect(saved_views.url_of(view))
    status = 422 if form.errors else 200
    context = {"form": form, "page": page, "query": query}
    return render(request, "console/saved_view.html", context, status=status)


def _saved(request: HttpRequest, page: Page, query: str, form: ViewForm) -> SavedView:
    values = form.cleaned_data
    return saved_views.save(
        request.user,
        page,
        values["name"],
        query,
        shared=values["shared"],
        default=values["is_default"],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change_view(request: HttpRequest, pk: str) -> HttpResponse:
    """Rename a view of one's own, share it, open it by default, give it new filters, delete it."""
    with use_primary():
        view = _own_view(request, pk)
        page = saved_views.page_called(view.page)
        if request.method == "POST" and "delete" in request.POST:
            saved_views.delete(view, request.user)
            messages.success(request, _("“%s” is deleted.") % view.name)
            return redirect(f"{page.url}?{saved_views.PARAM}={saved_views.ALL}")
        if request.method == "POST" and "query" in request.POST:
            return _with_new_filters(request, view, page)
        form = ViewForm(request.POST if request.method == "POST" else None, initial=vars(view))
        if request.method == "POST" and form.is_valid() and _changed(request, view, form):
            messages.success(request, _("Saved as “%s”.") % view.name)
            return redirect(saved_views.url_of(view))
        context = {"form": form, "page": page, "view": view, "query": view.query}
        status = 422 if form.errors else 200
        return render(request, "console/saved_view.html", context, status=status)


def _own_view(request: HttpRequest, pk: str) -> SavedView:
    number = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0
    found = SavedView.objects.using("default").filter(pk=number, staff=request.user.pk).first()
    if found is None:
        raise Http404(_("There is no such saved view of yours."))
    return found


def _with_new_filters(request: HttpRequest, view: SavedView, page: Page) -> HttpResponse:
    try:
        query = page.query_of(QueryDict(request.POST["query"][: QUERY_LENGTH * 2]))
        _apply(request, view, query=query)
    except BadView as problem:
        messages.error(request, str(problem))
        return redirect(saved_views.url_of(view))
    messages.success(request, _("“%s” has these filters now.") % view.name)
    return redirect(saved_views.url_of(view))


def _changed(request: HttpRequest, view: SavedView, form: ViewForm) -> bool:
    """Whether the view could be changed; another of one's own may have the name."""
    try:
        _apply(request, view, **form.cleaned_data)
    except IntegrityError:
        form.add_error("name", _TAKEN)
    except BadView as problem:
        form.add_error(None, str(problem))
    return not form.errors


def _apply(request: HttpRequest, view: SavedView, **values: Any) -> None:
    with transaction.atomic(using="default"):
        saved_views.change(view, request.user, **values)
    note_write()
