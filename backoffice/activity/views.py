"""The pages of the audit. They only read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import router
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.archived import archive_of_event, archived_before
from audit.event_filters import ANY_EVENT
from audit.feeds import event_with_effects
from audit.models import Event
from backoffice.activity import feed, field_history, filters, timeline
from backoffice.activity.access import open_events
from backoffice.activity.actor_reader import activity_url_of
from backoffice.activity.catalogue import kept_field
from backoffice.activity.entries import Timeline
from backoffice.activity.event_page import event_page
from backoffice.activity.export_view import may_export
from backoffice.activity.filter_reader import Reading, cursor_of
from backoffice.activity.fold_rows import FoldedTimeline
from backoffice.activity.folds import folded
from backoffice.activity.records import trace_record
from backoffice.console import saved_views
from backoffice.entities.access import parse_id
from backoffice.entities.addresses import redirect_without_blanks
from backoffice.entities.entity import Entity

PAGE_SIZE = 25


@require_safe
def show_timeline(request: HttpRequest, entity: Entity, pk: str) -> HttpResponse:
    """What happened to a record or, for a boundary, to everything inside it."""
    traced = trace_record(request, entity, pk)
    clean = redirect_without_blanks(request)
    if clean is not None:
        return clean
    own = request.GET.get("own") == "yes"
    reading = filters.read_timeline(request, entity, own)
    cursor = cursor_of(request)
    page: Timeline | FoldedTimeline = Timeline([])
    if not reading.problems and entity.timeline_boundary and not own:
        page = timeline.folded_inside(request.user, entity, traced.record, reading.filters, cursor)
    elif not reading.problems:
        page = timeline.entries_for(
            request, entity, traced.record, reading.filters, cursor, own=own
        )
    acts = activity_url_of(entity, traced.record)
    context = {"traced": traced, "entity": entity, "own": own, "acts": acts}
    return _show(request, "activity/timeline.html", reading, page, context)


@require_safe
def show_field(request: HttpRequest, entity: Entity, pk: str, field: str) -> HttpResponse:
    """The small history of one field: as a page, or for a popover."""
    traced = trace_record(request, entity, pk)
    try:
        kept_field(entity, field)
    except FieldDoesNotExist:
        raise Http404(_("%s has no field of that name.") % entity.label) from None
    is_popover = bool(getattr(request, "htmx", False))
    history = field_history.read(request, traced, field, cursor_of(request), is_popover=is_popover)
    if history is None:
        raise Http404(_("The changes of this field are not kept."))
    template = "activity/_field.html" if is_popover else "activity/field.html"
    context = {"history": history, "traced": traced, "entity": entity}
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def show_events(request: HttpRequest) -> HttpResponse:
    """All events that the person may know of."""
    clean = redirect_without_blanks(request)
    if clean is not None:
        return clean
    reading, cursor = filters.read_events(request), cursor_of(request)
    page = Timeline([])
    if not reading.problems:
        known = open_events(request.user, reading.filters)
        page = feed.everywhere(request.user, known, cursor, PAGE_SIZE)
    return _show(request, "activity/events.html", reading, page, {})


@require_safe
def show_event(request: HttpRequest, pk: str) -> HttpResponse:
    """One event and what it did."""
    number = parse_id(pk)
    known = open_events(request.user, ANY_EVENT)
    entry = event_with_effects(number, known) if number else None
    if entry is None:
        _refuse_archived(number)
        raise Http404(
            _("There is no event with the id %s, or it is not open to you.") % str(pk)[:40]
        )
    return render(request, "activity/event.html", {"page": event_page(request, entry)})


def _refuse_archived(number: int | None) -> None:
    """An event that went to a file is not one that never was."""
    archive = archive_of_event(number, router.db_for_read(Event)) if number else ""
    if archive:
        words = _("Event %(id)s is in the archive %(archive)s, which an engineer can bring back.")
        raise Http404(words % {"id": number, "archive": archive})


@require_safe
def show_activity(request: HttpRequest) -> HttpResponse:
    """What everyone changed, newest first, folded."""
    clean = redirect_without_blanks(request)
    if clean is not None:
        return clean
    saved = saved_views.menu_for(request, "activity")
    if saved.default is not None:
        if not request.GET:
            return redirect(saved_views.url_of(saved.default))
        saved_views.keep_from_default(request)
    reading = filters.read_activity(request)
    cursor = cursor_of(request)
    page = FoldedTimeline([])
    if not reading.problems:
        known = open_events(request.user, reading.filters)
        page = folded(request.user, known, cursor, PAGE_SIZE)
    reading.clear_url = saved.all_url if saved.default else request.path
    return _show(request, "activity/activity.html", reading, page, {"saved": saved})


def _show(
    request: HttpRequest,
    template: str,
    reading: Reading,
    page: Timeline | FoldedTimeline,
    context: dict[str, Any],
) -> HttpResponse:
    status = 400 if reading.problems else 200
    context |= {
        "reading": reading,
        "timeline": page,
        "is_first": "before" not in request.GET,
        "may_export": may_export(request.user),
        "archived_before": None if page.next else archived_before(router.db_for_read(Event)),
    }
    return render(request, template, context, status=status)
