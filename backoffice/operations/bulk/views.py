"""The pages of runs: the list, one run from its preview to its end, its records, its files."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.actors import Actor
from backoffice.entities.access import parse_id
from backoffice.operations import registry
from backoffice.operations.bulk import outcomes, runs
from backoffice.operations.bulk.access import SEE_ALL, refuse_closed, run_for, runs_of, steered
from backoffice.operations.bulk.models import BulkRun, ItemState
from backoffice.operations.bulk.pages import bulk_page
from backoffice.operations.bulk.shown import ShownRun
from backoffice.operations.exceptions import Denied, Invalid
from backoffice.operations.export import note_download
from backoffice.operations.performers import performer_of

PAGE = 30


@require_safe
@bulk_page
def show_runs(request: HttpRequest) -> HttpResponseBase:
    """Runs, newest first: the person's own; everyone's, for those who may."""
    whose, before = request.GET.get("whose", ""), request.GET.get("before", "")
    if whose not in {"", "all"} or (before and parse_id(before) is None):
        raise BadRequest(_("This list of runs cannot be read. Begin at its first page."))
    found = runs_of(request.user, everyone=whose == "all")
    if before:
        found = found.filter(pk__lt=parse_id(before))
    page = list(found[: PAGE + 1])
    context = {
        "runs": [ShownRun(request.user, run) for run in page[:PAGE]],
        "next": page[PAGE - 1].pk if len(page) > PAGE else None,
        "whose": whose,
        "may_see_all": request.user.has_perm(SEE_ALL),
    }
    return render(request, "bulk/runs.html", context)


@require_safe
@bulk_page
def show_run(request: HttpRequest, token: uuid.UUID) -> HttpResponseBase:
    """One run; `part=progress` answers with what moves, for the page to ask again and again."""
    shown = ShownRun(request.user, run_for(request, token))
    context = {"shown": shown, "run": shown.run, "operation": shown.operation}
    if request.GET.get("part") != "progress":
        if not shown.is_own:
            _note(request, shown.run, "run.opened")
        return render(request, "bulk/run.html", context)
    response = render(request, "bulk/_polled.html", context)
    if not shown.run.is_at_work:
        # The rest of the page is another one now.
        response["HX-Refresh"] = "true"
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@bulk_page
def start(request: HttpRequest, token: uuid.UUID) -> HttpResponseBase:
    """Carry out what was previewed: its owner only, who types how many where that is asked."""
    run = run_for(request, token)
    if run.staff_id != request.user.pk:
        raise Denied(_("Only its owner starts a run."))
    typed = request.POST.get("confirm", "").strip().replace(",", "")
    if run.is_previewed and typed != str(run.possible):
        raise Invalid(_("Type how many records it is, %s, to confirm.") % run.possible)
    now = parse_id(request.POST.get("now", ""))
    runs.start_run(run, now=now)
    return redirect("bulk-run", token=token)


@require_POST
@bulk_page
def steer(request: HttpRequest, token: uuid.UUID, act: str) -> HttpResponseBase:
    """Pause, resume, or call off."""
    run = steered(request, token)
    staff: Any = request.user
    does, said = {
        "pause": (runs.pause, _("It rests after the batch that it is at.")),
        "resume": (runs.resume, _("It goes on.")),
        "cancel": (runs.cancel, _("It is called off. What is done stays done.")),
    }[act]
    if does(run, Actor.staff(staff)):
        messages.success(request, said)
    else:
        messages.warning(request, _("It had gone on meanwhile: look where it is now."))
    return redirect("bulk-run", token=token)


@require_POST
@bulk_page
def retry(request: HttpRequest, token: uuid.UUID) -> HttpResponseBase:
    """What failed, in a run of its own, preview first."""
    run = run_for(request, token)
    if run.staff_id != request.user.pk:
        raise Denied(_("Only its owner tries a run again."))
    second = runs.retry(run, actor=performer_of(request))
    return redirect("bulk-run", token=second.token)


@require_safe
@bulk_page
def show_records(request: HttpRequest, token: uuid.UUID) -> HttpResponseBase:
    """The records of a run by how they ended, a page at a time."""
    run = run_for(request, token)
    refuse_closed(request.user, run)
    state, after = request.GET.get("state", "failed"), request.GET.get("after", "0")
    if state not in ItemState.values or (after != "0" and parse_id(after) is None):
        raise BadRequest(_("This list of records cannot be read. Begin at its first page."))
    if run.staff_id != request.user.pk:
        _note(request, run, "run.opened", state=state)
    found, following = outcomes.page_of(request.user, run, state, parse_id(after) or 0)
    context = {
        "shown": ShownRun(request.user, run),
        "run": run,
        "state": state,
        "outcomes": found,
        "following": following,
        "to_choose": outcomes.to_choose(request.user, run, state, found),
    }
    return render(request, "bulk/records.html", context)


@require_safe
@bulk_page
def rows_file(request: HttpRequest, token: uuid.UUID) -> HttpResponseBase:
    """Every row that the preview found, as CSV."""
    run = run_for(request, token)
    refuse_closed(request.user, run)
    _note(request, run, "run.downloaded", file="rows")
    return _file(outcomes.rows_csv(request.user, run), f"{run.operation}-{run.token}.csv")


@require_safe
@bulk_page
def undone_file(request: HttpRequest, token: uuid.UUID) -> HttpResponseBase:
    """What was not done and why, as CSV."""
    run = run_for(request, token)
    refuse_closed(request.user, run)
    _note(request, run, "run.downloaded", file="undone")
    return _file(outcomes.undone_csv(request.user, run), f"{run.operation}-{run.token}-undone.csv")


def _note(request: HttpRequest, run: BulkRun, name: str, **params: str) -> None:
    operation = registry.get(run.operation)
    note_download(request, name, operation, run.scopes, run=str(run.token), **params)


def _file(lines: Any, name: str) -> HttpResponse | StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
