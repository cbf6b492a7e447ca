"""What the worker does for itself: rescue the jobs of killed workers, forget old ones."""

from __future__ import annotations

import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from backoffice.jobs.models import Failure
from backoffice.jobs.queue import STALLED_AFTER

logger = logging.getLogger(__name__)
# How long finished jobs are kept, hours. What they did is in the audit for good.
KEPT_HOURS = 14 * 24
# How often a job is tried, and how long it waits before the next time, in seconds.
PATIENT = RetryStrategy(max_attempts=5, exponential_wait=3)


@app.periodic(cron="* * * * * */20")
@app.task(queueing_lock="jobs.rescue", pass_context=False)
async def rescue(timestamp: int) -> None:
    """Do again what a worker left undone that has not been heard of for a while."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER)
    for job in stalled:
        logger.warning("job %s (%s) was left by its worker", job.id, job.task_name)
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            # Work that recurs: its next turn waits already, and does all that this one would.
            await app.job_manager.finish_job(job, Status.ABORTED, delete_job=False)


@app.periodic(cron="30 3 * * *")
@app.task(queueing_lock="jobs.forget")
async def forget(timestamp: int) -> None:
    """Delete finished jobs that are old; failed ones are kept for whoever looks into them."""
    await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS, include_cancelled=True)
    await Failure.objects.exclude(job__in=ProcrastinateJob.objects.values("id")).adelete()
