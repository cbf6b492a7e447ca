"""Someone's agreement to exactly what they saw: placeholder of the seam in the pipeline."""

from __future__ import annotations

from typing import Protocol

from audit.actors import Actor
from backoffice.operations.findings import Findings
from backoffice.operations.order import Order


class Agreement(Protocol):
    """What the pipeline asks of an agreement, inside the transaction, at these three moments."""

    approver: Actor

    def refuse_if_stale(self, order: Order) -> None: ...

    def refuse_if_different(self, order: Order, found: Findings) -> None: ...

    def mark_applied(self, event_id: int) -> None: ...
