"""The page of one record, and the page of one that was deleted for good."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from backoffice.entities import reads
from backoffice.entities.access import get_record_for_staff, sees_personal_fields
from backoffice.entities.deleted import find_deleted
from backoffice.entities.entity import Entity
from backoffice.entities.paging import BadPage
from backoffice.entities.record_page import RecordPage


@require_safe
def show_record(request: HttpRequest, entity: Entity, pk: str) -> HttpResponse:
    """A record with all that is known of it here."""
    try:
        record = get_record_for_staff(request, entity, pk)
    except Http404:
        deleted = find_deleted(request.user, entity, pk)
        if deleted is None:
            raise
        context = {"entity": entity, "deleted": deleted}
        return render(request, "entities/deleted.html", context, status=404)
    page = RecordPage(request, entity, record)
    try:
        response = render(request, "entities/record.html", _context(page))
    except BadPage as problem:
        raise BadRequest(str(problem)) from problem
    scope = entity.scope_of(record)
    if entity.personal_fields and not sees_personal_fields(request.user):
        # What was revealed for a while must not come back out of the browser's memory.
        add_never_cache_headers(response)
    reads.note(request, "record.opened", entity=entity.name, record_id=str(record.pk), scope=scope)
    return response


def _context(page: RecordPage) -> dict[str, object]:
    # Asked for here, because a template would swallow what the address did wrong.
    contents = page.contents
    return {"page": page, "entity": page.entity, "record": page.record, "contents": contents}
