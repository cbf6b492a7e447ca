"""The page of the jobs: what runs, what waits, what failed, and whether a worker lives."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation

from audit import events
from audit.actors import Actor
from backoffice.accounts.gates import needs
from backoffice.entities.access import parse_id
from backoffice.jobs import queue
from backoffice.jobs.access import REFUSAL, SEE, STEER
from backoffice.replicas import use_primary

PAGE = 50


@require_safe
@needs(SEE, REFUSAL)
def show_jobs(request: HttpRequest) -> HttpResponse:
    """Jobs, newest first, by state and page."""
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    if (state and state not in queue.STATES) or (before and parse_id(before) is None):
        raise BadRequest(_("This list of jobs cannot be read. Begin at its first page."))
    with use_primary():
        found = list(queue.jobs(state, parse_id(before) or 0)[: PAGE + 1])
        context = {
            "health": queue.health(),
            "jobs": found[:PAGE],
            "next": found[PAGE - 1].id if len(found) > PAGE else None,
            "state": state,
            "states": queue.STATES,
            "may_steer": request.user.has_perm(STEER),
        }
        return render(request, "jobs/list.html", context)


@require_POST
@needs(STEER, REFUSAL)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a failed job back into the queue."""
    job = _job(pk)
    if job.status != "failed":
        messages.warning(request, _("Only a failed job can be tried again."))
        return redirect("jobs-list")
    try:
        with transaction.atomic(using="default"):
            app.job_manager.retry_job_by_id(job.id, retry_at=timezone.now())
            _note("job.retried", request, job)
    except UniqueViolation:
        messages.warning(request, _("The next turn of this job waits already."))
        return redirect("jobs-list")
    messages.success(request, _("Job #%s waits for its turn again.") % job.id)
    return redirect("jobs-list")


@require_POST
@needs(STEER, REFUSAL)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a waiting job out of the queue; ask a running one to stop."""
    job = _job(pk)
    with transaction.atomic(using="default"):
        done = app.job_manager.cancel_job_by_id(job.id, abort=job.status == "doing")
        if done:
            _note("job.cancelled", request, job)
    if not done:
        messages.warning(request, _("This job has ended already."))
        return redirect("jobs-list")
    messages.success(request, _("Job #%s is called off.") % job.id)
    return redirect("jobs-list")


def _job(pk: int) -> ProcrastinateJob:
    job = ProcrastinateJob.objects.using("default").filter(pk=min(pk, 2**63 - 1)).first()
    if job is None:
        raise Http404(_("There is no such job. Old ones are deleted."))
    return job


def _note(name: str, request: HttpRequest, job: ProcrastinateJob) -> None:
    staff: Any = request.user
    params = {"job": job.id, "task": job.task_name}
    events.record(name, actor=Actor.staff(staff), params=params)
