"""The queue as it is: jobs by page, the worker's heartbeat, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from backoffice.jobs.models import Failure

# A worker tells that it lives every ten seconds; after so many without, its jobs are done again.
HEARTBEAT, STALLED_AFTER = 10.0, 30.0
STATES = ("todo", "doing", "failed", "succeeded", "cancelled", "aborted")


@dataclass(frozen=True)
class Health:
    """Whether someone works.

    Attributes:
        heard: the newest sign of life of any worker; None when there was never one.
        waiting: jobs that could be done now; oldest: since when the first of them waits, seconds.
    """

    heard: datetime | None
    waiting: int
    oldest: float

    @property
    def silence(self) -> float | None:
        """Seconds since the newest sign of life."""
        return (timezone.now() - self.heard).total_seconds() if self.heard else None

    @property
    def works(self) -> bool:
        return self.silence is not None and self.silence < STALLED_AFTER


def health() -> Health:
    """One look at the queue, on the primary."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(last_heartbeat) FROM procrastinate_workers), count(*), "
            "coalesce(extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at))), 0)::float "
            "FROM (SELECT * FROM procrastinate_jobs WHERE status = 'todo' AND "
            "(scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY id LIMIT 1000) j "
            "LEFT JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events v "
            "WHERE v.job_id = j.id AND v.type = 'deferred') e ON true"
        )
        return Health(*cursor.fetchone())


def jobs(state: str = "", before: int = 0) -> QuerySet[ProcrastinateJob]:
    """Jobs, newest first, with the moment of their last event and why they failed last."""
    found = ProcrastinateJob.objects.using("default").order_by("-id")
    if state:
        found = found.filter(status=state)
    if before:
        found = found.filter(id__lt=before)
    problem = Failure.objects.filter(job=OuterRef("pk")).values("problem")
    return found.annotate(last_at=Max("procrastinateevent__at"), problem=Subquery(problem))


def workers() -> list[ProcrastinateWorker]:
    """Workers that were heard of lately."""
    since = timezone.now() - timedelta(hours=1)
    alive = ProcrastinateWorker.objects.using("default").filter(last_heartbeat__gte=since)
    return list(alive.order_by("id"))
