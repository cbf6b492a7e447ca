"""The page of one fold: what one actor did in a row, its records and its events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.feeds import entries_of
from audit.folds import Fold, fold_from
from audit.paging import Position
from backoffice.accounts.access import restricted_scopes
from backoffice.activity.access import open_events
from backoffice.activity.entries import ShownEntry
from backoffice.activity.event_page import RowSections, Section
from backoffice.activity.filter_reader import cursor_of
from backoffice.activity.filters import read_activity
from backoffice.activity.fold_rows import ShownFold
from backoffice.activity.folds import FoldedPage, question_of
from backoffice.activity.sentences import plain
from backoffice.entities.addresses import Address

EVENTS = 25


@dataclass(frozen=True)
class FoldPage:
    """What the page of a fold shows: its records, or its events."""

    row: ShownFold
    tab: str
    records_url: str
    events_url: str
    older_url: str
    sections: list[Section] = field(default_factory=list)
    entries: list[ShownEntry] = field(default_factory=list)
    next_url: str = ""

    @property
    def heading(self) -> str:
        return plain(self.row.lines[0].text)


@require_safe
def show_fold(request: HttpRequest) -> HttpResponse:
    """A fold by its newest event: as a page, or its events alone for the row to open."""
    reading = read_activity(request)
    if reading.problems:
        raise BadRequest(" ".join(reading.problems))
    question = question_of(open_events(request.user, reading.filters))
    fold = fold_from(question, _place(request))
    if fold is None:
        raise Http404(_("There is no such row of the activity, or it is not open to you."))
    if request.GET.get("part") == "events":
        return _events_part(request, question, fold)
    shown = FoldedPage(request.user, question)
    (row,) = shown.items([fold])
    if not isinstance(row, ShownFold):
        return redirect("activity-event", pk=fold.newest.id)
    page = _page(request, shown, row)
    return render(request, "activity/fold.html", {"page": page})


def _place(request: HttpRequest) -> Position:
    try:
        return Position.parse(request.GET.get("at", ""))
    except ValueError:
        raise BadRequest(
            _("This address names no row of the activity. Open it from there.")
        ) from None


def _events_part(request: HttpRequest, question: Any, fold: Fold) -> HttpResponse:
    page = FoldedPage(request.user, question)
    shown, more = _events(request, page, fold)
    address = Address(request)
    context = {
        "entries": shown,
        "next_url": address.changed({"part": "events", "before": more}) if more else "",
        "page_url": address.changed({"part": None, "tab": "events"}),
        "older_url": _older_url(request, fold) if not more and fold.goes_on else "",
    }
    response = render(request, "activity/_fold_events.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _events(request: HttpRequest, page: FoldedPage, fold: Fold) -> tuple[list[ShownEntry], str]:
    """A page of its events, and the place from where to go on; "" at the end."""
    cursor = cursor_of(request)
    places = fold.places.below(cursor)
    found = entries_of(places[:EVENTS], page.question.filters)
    shown = page.shown([found[place.id] for place in places[:EVENTS] if place.id in found])
    return shown, str(places[EVENTS - 1]) if len(places) > EVENTS else ""


def _page(request: HttpRequest, page: FoldedPage, row: ShownFold) -> FoldPage:
    address = Address(request)
    bare = {"part": None, "rows": None}
    parts: dict[str, Any] = {}
    tab = "events" if request.GET.get("tab") == "events" or not row.groups else "records"
    if tab == "events":
        shown, more = _events(request, page, row.fold)
        parts = {"entries": shown, "next_url": address.changed({"before": more}) if more else ""}
    else:
        ids = row.fold.places.ids
        viewer: Any = request.user
        hidden = restricted_scopes(viewer)
        parts = {"sections": RowSections(request, page, ids, hidden).of(row.groups)}
    return FoldPage(
        row=row,
        tab=tab,
        records_url=address.changed({**bare, "tab": None}) if row.groups else "",
        events_url=address.changed({**bare, "tab": "events"}),
        older_url=_older_url(request, row.fold) if row.goes_on else "",
        **parts,
    )


def _older_url(request: HttpRequest, fold: Fold) -> str:
    """The rest of a fold that is longer than one page looks: it begins with the last one seen."""
    params = request.GET.copy()
    for name in ("part", "tab", "rows", "after", "before"):
        params.pop(name, None)
    params["at"] = str(fold.oldest)
    return f"{reverse('activity-fold')}?{params.urlencode()}"
