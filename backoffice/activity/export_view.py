"""What the filters match as a file, streamed from the replica; the export itself is an event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from audit import reads
from audit.actors import Actor
from audit.context import Source, current_source, source
from audit.models import Outcome
from backoffice.accounts.gates import needs
from backoffice.accounts.roles import Role, declare_permission
from backoffice.activity.access import open_events
from backoffice.activity.export import Export
from backoffice.activity.filter_reader import Reading
from backoffice.activity.filters import read_activity, read_events

EXPORT = "activity.export_events"
declare_permission(
    EXPORT,
    [Role.OPERATOR, Role.ADMIN, Role.AUDITOR, Role.DEVELOPER],
    label=gettext_lazy("Export the activity"),
)
REFUSAL = gettext_lazy("Events are exported by these roles: %(roles)s.")
TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson; charset=utf-8"}
LONGEST_FILTER = 2_000


def may_export(viewer: Any) -> bool:
    """Whether the person's role may take events out of the console."""
    return bool(viewer.has_perm(EXPORT))


@require_GET
@needs(EXPORT, REFUSAL)
def export_activity(request: HttpRequest, kind: str) -> HttpResponseBase:
    """What the activity's filters match."""
    return _export(request, kind, read_activity(request), "activity")


@require_GET
@needs(EXPORT, REFUSAL)
def export_events(request: HttpRequest, kind: str) -> HttpResponseBase:
    """What the filters of all events match."""
    return _export(request, kind, read_events(request), "events")


def _export(request: HttpRequest, kind: str, reading: Reading, name: str) -> HttpResponseBase:
    viewer: Any = request.user
    if kind not in TYPES:
        raise Http404(_("Events are exported as csv or ndjson."))
    if reading.problems:
        raise BadRequest(" ".join(reading.problems))
    export = Export(viewer, open_events(viewer, reading.filters), kind)
    params = {"filter": request.GET.urlencode()[:LONGEST_FILTER], "format": kind, "list": name}
    # The stream is read when the request is over, so it is told now where it came from.
    lines = _noted(export, Actor.staff(viewer), params, current_source())
    response = StreamingHttpResponse(lines, content_type=TYPES[kind])
    stamp = timezone.localtime().strftime("%Y%m%d-%H%M%S")
    response["Content-Disposition"] = f'attachment; filename="{name}-{stamp}.{kind}"'
    return response


def _noted(export: Export, actor: Actor, params: dict[str, Any], origin: Source) -> Iterator[str]:
    """The lines, with an event before the first and one after the last, or when nobody listens."""
    outcome = Outcome.CANCELLED
    with source(origin):
        reads.note("activity.exported", actor=actor, outcome=Outcome.REQUESTED, params=params)
    try:
        yield from export.lines()
        outcome = Outcome.PARTIAL if export.problem else Outcome.SUCCEEDED
    finally:
        counted = {**params, "count": export.count}
        with source(origin):
            reads.note(
                "activity.exported",
                actor=actor,
                outcome=outcome,
                params=counted,
                detail=export.problem,
            )
