"""Pages: why a record is visible to visitors or not, and the settings that hold for it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.entities import reads
from backoffice.entities.access import get_record_for_staff
from backoffice.entities.entity import Entity
from backoffice.entities.record_page import RecordPage
from backoffice.visibility.declarations import Subject, subject_of
from backoffice.visibility.effective import Effective
from backoffice.visibility.presentation import Explained
from backoffice.visibility.reach import Reach, is_own_fault, reach_of

# Of so many records around it the page says what they hide besides.
REACHES = 3


@require_safe
def show(request: HttpRequest, entity: Entity, pk: str) -> HttpResponse:
    """Every condition in order, when it was last visible, and what its own switches hide."""
    record, subject = _asked_for(request, entity, pk)
    explained = Explained(request.user, subject, record, request.GET.get("language", ""))
    known = [code for code, _name in explained.languages]
    if explained.language and explained.language not in known:
        raise BadRequest(_("There is no language “%s” here.") % explained.language[:20])
    context = {"explained": explained, "reaches": _reaches(request.user, explained)}
    return _page(request, "visibility/visibility.html", entity, record, context)


@require_safe
def show_settings(request: HttpRequest, entity: Entity, pk: str) -> HttpResponse:
    """The settings that hold: those that are not the default, or all."""
    record, subject = _asked_for(request, entity, pk)
    if not subject.settings:
        raise Http404(_("%s has no settings.") % entity.label)
    effective = Effective(request.user, subject, record)
    whole = request.GET.get("show") == "all"
    shown = effective.all if whole else effective.differing
    context = {"shown": shown, "total": len(effective.all), "whole": whole}
    return _page(request, "visibility/settings.html", entity, record, context)


def _asked_for(request: HttpRequest, entity: Entity, pk: str) -> tuple[Any, Subject]:
    record, subject = get_record_for_staff(request, entity, pk), subject_of(entity.name)
    if subject is None:
        raise Http404(_("Visitors never see %s.") % entity.label_plural)
    return record, subject


def _page(
    request: HttpRequest, template: str, entity: Entity, record: Any, context: dict[str, Any]
) -> HttpResponse:
    page = RecordPage(request, entity, record)
    context |= {"page": page, "entity": entity, "record": record}
    context |= {"record_url": entity.url(record.pk), "subject": subject_of(entity.name)}
    response = render(request, template, context)
    scope = entity.scope_of(record)
    reads.note(request, "record.opened", entity=entity.name, record_id=str(record.pk), scope=scope)
    return response


def _reaches(viewer: Any, explained: Explained) -> list[Reach]:
    """What the record's own switches hide, and those of the records to blame."""
    own = (explained.entity.name, explained.record.pk)
    blamed = [one.key for check in explained.verdict.failed for one in check.blamed]
    found = []
    for name, pk in list(dict.fromkeys([own, *blamed]))[: REACHES + 1]:
        hides = is_own_fault(name, pk, explained.verdict)
        reach = reach_of(viewer, name, pk, explained.name_of(name, pk), hides)
        if reach.kinds:
            found.append(reach)
    return found
