"""The worker: takes jobs from the queue until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker

from backoffice.jobs.models import PROBLEM_LENGTH
from backoffice.jobs.queue import HEARTBEAT, STALLED_AFTER

logger = logging.getLogger(__name__)
# How long a running job may go on after the worker was told to stop, seconds.
GRACE = 20.0


def work(concurrency: int, wait: bool = True) -> None:
    """Do jobs, several at a time; without `wait` only until none is left.

    SIGTERM and SIGINT end it: running jobs have GRACE seconds, what is left is done again later.
    """
    asyncio.run(_work(concurrency, wait))


async def keep_problem(
    call_next: AsyncCallNext, context: JobContext, worker: Worker
) -> Any:  # The job's own result.
    """Note why a job failed, for whoever looks at the page; the failure itself goes on."""
    try:
        return await call_next()
    except Exception as error:
        problem = " ".join(f"{type(error).__name__}: {error}".replace("\x00", "").split())
        try:
            await context.app.connector.execute_query_async(
                _KEEP, job=context.job.id, problem=problem[:PROBLEM_LENGTH]
            )
        except ConnectorException:
            logger.exception("why job %s failed could not be kept", context.job.id)
        raise


_KEEP = (
    "INSERT INTO jobs_failure (job, problem) VALUES (%(job)s, %(problem)s) "
    "ON CONFLICT (job) DO UPDATE SET problem = excluded.problem"
)


async def _work(concurrency: int, wait: bool) -> None:
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    with app.replace_connector(connector):
        async with app.open_async():
            await app.run_worker_async(
                concurrency=concurrency,
                wait=wait,
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=GRACE,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED_AFTER,
                worker_middleware=[keep_problem],
            )
