"""Elevations end by the clock; the job puts that on record within a minute."""

from __future__ import annotations

from procrastinate.contrib.django import app

from backoffice.accounts.elevation import end_expired


@app.periodic(cron="* * * * * */20")
@app.task(queueing_lock="accounts.elevations")
def end_elevations(timestamp: int) -> None:
    """End those whose time is over."""
    end_expired()
