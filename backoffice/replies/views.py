"""Pages: the text about an event or a fold, in both languages, to be changed and copied."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.event_filters import ANY_EVENT
from audit.feeds import Group, entries_of, event_with_effects
from audit.folds import fold_from
from audit.models import Event, Outcome
from audit.paging import Position
from backoffice.activity.access import open_events
from backoffice.activity.filters import read_activity
from backoffice.activity.fold_rows import ShownFold
from backoffice.activity.folds import FoldedPage, question_of
from backoffice.entities.access import parse_id, sees_personal_fields
from backoffice.replies.stories import story_of
from backoffice.replies.writing import Reply, written


@require_safe
def reply_to_event(request: HttpRequest, pk: str) -> HttpResponse:
    """What the customer is told of one event: of what it did, or of what it mended."""
    number = parse_id(pk)
    entry = event_with_effects(number, open_events(request.user, ANY_EVENT)) if number else None
    if entry is None:
        raise Http404(
            _("There is no event with the id %s, or it is not open to you.") % str(pk)[:40]
        )
    back = reverse("activity-event", args=[entry.event.id])
    replies = _replies(request.user, entry.groups, [entry.event])
    return _page(request, replies, back, _("Event #%s") % entry.event.id)


@require_safe
def reply_to_fold(request: HttpRequest) -> HttpResponse:
    """What the customer is told of what somebody did in a row."""
    reading = read_activity(request)
    if reading.problems:
        raise BadRequest(" ".join(reading.problems))
    try:
        place = Position.parse(request.GET.get("at", ""))
    except ValueError:
        raise BadRequest(
            _("This address names no row of the activity. Open it from there.")
        ) from None
    question = question_of(open_events(request.user, reading.filters))
    fold = fold_from(question, place)
    if fold is None:
        raise Http404(_("There is no such row of the activity, or it is not open to you."))
    (row,) = FoldedPage(request.user, question).items([fold])
    found = entries_of([fold.newest, fold.oldest], question.filters)
    events = [found[one.id].event for one in (fold.newest, fold.oldest) if one.id in found]
    groups = row.groups if isinstance(row, ShownFold) else list(found[fold.newest.id].groups)
    replies = _replies(request.user, groups, events, fold.places.ids, at_least=fold.goes_on)
    back = f"{reverse('activity-fold')}?{request.GET.urlencode()}"
    return _page(request, replies, back, _("Activity"))


def _replies(
    viewer: Any,
    groups: list[Group],
    events: list[Event],
    ids: list[int] | None = None,
    *,
    at_least: bool = False,
) -> list[Reply]:
    """The texts; none where a customer is told nothing of it."""
    if events[0].outcome != Outcome.SUCCEEDED:
        return []
    found = story_of(viewer, groups, events, ids, at_least=at_least)
    if found is None:
        return []
    replies, told = found
    return written(replies, "story", {"told": told}, _scope(groups))


def _scope(groups: list[Group]) -> int | None:
    """The one scope that it happened in, for the zone of its clock."""
    scopes = {scope for group in groups for scope in group.scopes if scope is not None}
    return scopes.pop() if len(scopes) == 1 else None


def _page(request: HttpRequest, replies: list[Reply], back: str, back_label: str) -> HttpResponse:
    context = {
        "replies": replies,
        "back": back,
        "back_label": back_label,
        "masked": not sees_personal_fields(request.user),
    }
    return render(request, "replies/reply.html", context)
