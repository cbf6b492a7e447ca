"""The worker's side of runs: slices of work, and what looks after them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from backoffice.operations.bulk.models import AT_WORK, BulkRun, Selection
from backoffice.operations.bulk.working import work

# How often a slice is tried when the server stays away, and the wait before the next time, seconds.
PATIENCE = RetryStrategy(max_attempts=8, exponential_wait=2)
# A run that nobody has worked on for so long is handed to a worker again, seconds.
SILENCE = 90


@app.task(retry=PATIENCE)
def work_on(run: int) -> None:
    """A slice of a run; what is left is the next job's, so that no run keeps a worker to itself.

    Harmless to repeat: a batch that was done is done, whatever was killed after it.
    """
    try:
        more = work(run)
    finally:
        connections["default"].close()
    if more:
        hand_over(run, wait=1)


def hand_over(run: int, wait: int = 0) -> None:
    """Put a run into the queue, once; in the open transaction, if there is one."""
    job = work_on.configure(
        queueing_lock=f"bulk.run.{run}",
        schedule_in={"seconds": wait} if wait else None,
    )
    # Within a transaction, a job that waits already must not spoil what else is in it.
    with suppress(AlreadyEnqueued), transaction.atomic(using="default"):
        job.defer(run=run)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="bulk.look_after")
def look_after(timestamp: int) -> None:
    """Hand over again what should be worked on and is not: its job was deleted, or failed."""
    silent = timezone.now() - timedelta(seconds=SILENCE)
    left = BulkRun.objects.using("default").filter(state__in=AT_WORK, heartbeat_at__lt=silent)
    for pk in list(left.values_list("pk", flat=True)[:100]):
        hand_over(pk)


@app.periodic(cron="45 3 * * *")
@app.task(queueing_lock="bulk.forget")
def forget(timestamp: int) -> None:
    """Delete old selections, and runs that ended long ago; their events stay."""
    now = timezone.now()
    ended = now - timedelta(days=settings.BULK_KEPT_DAYS)
    old = (
        BulkRun.objects.using("default")
        .filter(created_at__lt=ended)
        .exclude(state__in=[*AT_WORK, "paused"])
    )
    with connections["default"].cursor() as cursor:
        for pk in list(old.values_list("pk", flat=True)[:200]):
            cursor.execute("DELETE FROM bulk_bulkitem WHERE run_id = %s", [pk])
            BulkRun.objects.using("default").filter(pk=pk).delete()
    lifetime = now - timedelta(seconds=settings.SELECTION_LIFETIME)
    Selection.objects.using("default").filter(created_at__lt=lifetime, runs=None).delete()
