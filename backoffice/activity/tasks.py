"""The audit's own housekeeping: seals every minute, partitions ahead of time every night."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connections
from procrastinate.contrib.django import app

from audit.seals import seal_pending

# How far ahead there are partitions, days.
AHEAD = 400


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="audit.seal")
def seal(timestamp: int) -> None:
    """Seal what is settled; the newest mark goes to the log stream, to be kept elsewhere."""
    seal_pending()


@app.periodic(cron="15 2 * * *")
@app.task(queueing_lock="audit.partitions")
def make_partitions(timestamp: int) -> None:
    """See to it that the default partition is never needed."""
    today = date.today()
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT public.audit_make_partitions(%s, %s)", [today, today + timedelta(days=AHEAD)]
        )
