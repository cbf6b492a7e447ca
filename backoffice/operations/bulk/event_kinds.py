"""Records and events by what happened: a fold of the activity, an event, what a run left undone."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.core.exceptions import BadRequest, ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.event_filters import ANY_EVENT
from audit.feeds import event_with_effects
from audit.folds import Fold, fold_from
from audit.models import Event, Kind, Outcome
from audit.paging import Position
from audit.questions import Question
from backoffice.activity.access import open_events
from backoffice.activity.filters import read_activity
from backoffice.activity.folds import question_of
from backoffice.entities.access import parse_id
from backoffice.operations.bulk.kinds import Asked, Rows, listed, records_of_events, register
from backoffice.operations.bulk.list_kind import pretended
from backoffice.operations.bulk.models import BulkRun
from backoffice.operations.exceptions import Invalid


@register
class WholeFold:
    """All events of a row of the activity, or all records that they changed."""

    name = "fold"

    def rows(self, asked: Asked, selects: str) -> Rows:
        events = events_of_fold(asked)
        return listed(events) if selects == "events" else records_of_events(asked, events)

    def told(self, asked: Asked) -> list[tuple[str, str]]:
        return [(_("Activity"), _("%s events of one row") % f"{len(events_of_fold(asked)):,}")]

    def back(self, asked: Asked) -> str:
        return f"{reverse('activity-fold')}?{asked.query}"


def events_of_fold(asked: Asked) -> list[int]:
    """The ids of a fold's events, however far back it goes; Invalid for what is no fold."""
    request = pretended(asked, reverse("activity-fold"))
    try:
        reading = read_activity(request)
        place = Position.parse(request.GET.get("at", ""))
    except (BadRequest, ValueError):
        raise Invalid(_("This address names no row of the activity. Open it from there.")) from None
    if reading.problems:
        raise Invalid(" ".join(reading.problems))
    question = replace(question_of(open_events(asked.staff, reading.filters)), using="default")
    found = _followed(question, place)
    if not found:
        raise Invalid(_("There is no such row of the activity, or it is not open to you."))
    return found


def _followed(question: Question, place: Position) -> list[int]:
    """Look on from where a look ended, until the fold does."""
    ids: dict[int, None] = {}
    fold: Fold | None = fold_from(question, place)
    while fold is not None and len(ids) <= settings.SELECTION_LIMIT:
        known = len(ids)
        ids.update((pk, None) for pk in fold.places.ids)
        if not fold.goes_on or len(ids) == known:
            break
        fold = fold_from(question, fold.oldest)
    return list(ids)


@register
class WholeEvent:
    """An event with the events of its parts, or all records that they changed."""

    name = "event"

    def rows(self, asked: Asked, selects: str) -> Rows:
        event = self._event(asked)
        parts = Event.objects.using("default").filter(
            parent_id=event.pk,
            occurred_at__gte=event.occurred_at,
            kind=Kind.CHANGE,
            outcome=Outcome.SUCCEEDED,
        )
        ids = list(parts.order_by().values_list("pk", flat=True)[: settings.SELECTION_LIMIT])
        if selects == "events":
            return listed(ids or [event.pk])
        return records_of_events(asked, [event.pk, *ids])

    def told(self, asked: Asked) -> list[tuple[str, str]]:
        return [(_("Event"), f"#{self._event(asked).pk}")]

    def back(self, asked: Asked) -> str:
        return reverse("activity-event", args=[self._event(asked).pk])

    def _event(self, asked: Asked) -> Event:
        pk = parse_id(asked.query)
        known = open_events(asked.staff, ANY_EVENT)
        entry = event_with_effects(pk, known) if pk else None
        if entry is None:
            raise Invalid(_("There is no such event, or it is not open to you."))
        return entry.event


UNDONE = "SELECT key FROM bulk_bulkitem WHERE run_id = %s AND state IN ('failed', 'conflict')"


@register
class LeftUndone:
    """What failed in a run, to be tried again in another."""

    name = "run"

    def rows(self, asked: Asked, selects: str) -> Rows:
        return UNDONE, [self._run(asked).pk]

    def told(self, asked: Asked) -> list[tuple[str, str]]:
        return [(_("Failed in the run"), str(self._run(asked).token)[:8])]

    def back(self, asked: Asked) -> str:
        return reverse("bulk-run", args=[self._run(asked).token])

    def _run(self, asked: Asked) -> BulkRun:
        try:
            found = BulkRun.objects.using("default").filter(token=asked.query).first()
        except ValidationError:
            found = None
        if found is None or found.staff_id != asked.staff.pk:
            raise Invalid(_("There is no such run of yours."))
        return found
