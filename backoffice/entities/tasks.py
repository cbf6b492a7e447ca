"""Brings in the reads that processes of this machine left behind."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from audit.delivery import Unreachable, deliver_spool
from audit.reads import spool

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="audit.spool")
def deliver_reads(timestamp: int) -> None:
    """Deliver what waits in AUDIT_SPOOL and no running process will; the next run tries again."""
    try:
        deliver_spool(spool())
    except Unreachable as error:
        logger.warning("Reads wait in the spool, the primary takes none: %s", error)
