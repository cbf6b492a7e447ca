"""Requests end by themselves when their time is over, and their askers are mailed."""

from __future__ import annotations

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from backoffice.operations.approval.deciding import expire_overdue
from backoffice.operations.approval.mailing import RETRIES, WAIT, send


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="approval.expire")
def expire(timestamp: int) -> None:
    """End the requests that nobody decided about in time."""
    expire_overdue()


@app.task(retry=RetryStrategy(max_attempts=RETRIES, exponential_wait=WAIT), pass_context=True)
def tell(context: JobContext, notice: int) -> None:
    """Mail how a request ended; harmless to repeat, and tried again when it fails."""
    send(notice, is_last=context.job.attempts >= RETRIES)
