"""The settings of the audit: what is kept, where, and for how long."""

from __future__ import annotations

from pathlib import Path

from backoffice import env
from backoffice.ground import DATA_DIR

# History is written by the database's triggers only (audit/capture.py).
SIMPLE_HISTORY_ENABLED = False
SIMPLE_HISTORY_DATE_INDEX = False

# Reads as events wait in this folder until the primary takes them (audit/reads.py). It must outlive
# the process; what does not fit in is counted as lost.
AUDIT_SPOOL = Path(env.text("AUDIT_SPOOL", str(DATA_DIR / "spool"))).resolve()
AUDIT_SPOOL_BYTES = int(env.number("AUDIT_SPOOL_MB", 64, minimum=1) * 1_000_000)
AUDIT_DELIVERY = "background"
# Months of events that stay in the database; older ones may go to files (audit_archive).
AUDIT_HOT_MONTHS = env.whole("AUDIT_HOT_MONTHS", 24, minimum=1, maximum=1200)
