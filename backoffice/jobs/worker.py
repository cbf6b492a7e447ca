"""The worker: takes jobs from the queue until it is told to stop."""

from __future__ import annotations

import asyncio
from typing import cast

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from backoffice.jobs.queue import HEARTBEAT, STALLED_AFTER

# How long a running job may go on after the worker was told to stop, seconds.
GRACE = 20.0


def work(concurrency: int, wait: bool = True) -> None:
    """Do jobs, several at a time; without `wait` only until none is left.

    SIGTERM and SIGINT end it: running jobs have GRACE seconds, what is left is done again later.
    """
    asyncio.run(_work(concurrency, wait))


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
            )
