"""Rules are evaluated three times a minute; what they open is sent by jobs of its own."""

from __future__ import annotations

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from backoffice.alerts.delivery import RETRIES, WAIT, send
from backoffice.alerts.evaluating import evaluate_all


@app.periodic(cron="* * * * * */20")
@app.task(queueing_lock="alerts.evaluate")
def evaluate(timestamp: int) -> None:
    """Look whether there is something that someone should be told of."""
    evaluate_all()


@app.task(retry=RetryStrategy(max_attempts=RETRIES, exponential_wait=WAIT), pass_context=True)
def deliver(context: JobContext, delivery: int) -> None:
    """Send one alert by one way; harmless to repeat, and tried again when it fails."""
    send(delivery, is_last=context.job.attempts >= RETRIES)
