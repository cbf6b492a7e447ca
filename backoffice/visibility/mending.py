"""What mends a condition that is not met: an operation on the record to blame, and who may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from backoffice.entities import registry as entities
from backoffice.entities.names import Names
from backoffice.operations import registry
from backoffice.operations.approval.performers import ask_url
from backoffice.operations.base import Operation
from backoffice.operations.performers import StaffPerformer, who_may
from backoffice.visibility.declarations import Check, Standing


@dataclass(frozen=True)
class Mend:
    """An operation ready to run on a record, or why it cannot be run.

    Attributes:
        why_not: who may run it, or that there is none; "" where the person may.
        ask_url: where the person asks someone else to agree, where they may only ask.
    """

    label: str | Promise = ""
    icon: str = ""
    url: str = ""
    name: str = ""
    why_not: str = ""
    ask_url: str = ""


class Mending:
    """Finds what mends, for one person; who may run an operation is asked once for each."""

    def __init__(self, performer: StaffPerformer, names: Names) -> None:
        self.performer, self.names = performer, names
        self._who: dict[str, str] = {}

    def of(self, check: Check, standing: Standing) -> Mend:
        """What mends a condition on one of the records to blame."""
        model = entities.get(standing.entity).model
        record = self.names.record(model, standing.pk)
        operation = self._fitting(check.condition.mended_by, record)
        if operation is None or record is None:
            return Mend(why_not=_("No operation mends this: it is for the customer to decide."))
        return Mend(
            label=operation.label,
            icon=operation.icon,
            url=f"{reverse('operations-run', args=[operation.name])}"
            f"?{urlencode({'target': standing.pk})}",
            name=operation.name,
            why_not="" if self.performer.may(operation) else self._who_may(operation),
            ask_url=ask_url(self.performer, operation, standing.pk),
        )

    def _fitting(self, wanted: Iterable[str], record: Any) -> Operation | None:
        """The first of these operations that there is, and that can be done to the record.

        Looked up by name, because areas declare operations after what they mend, or never.
        """
        known = registry.all_operations()
        for name in wanted:
            operation = known.get(name)
            if operation is None or record is None:
                continue
            concerned = operation.concerns(self.performer.staff, record)
            if concerned and not operation.refusals([record], {}):
                return operation
        return None

    def _who_may(self, operation: Operation) -> str:
        if operation.name not in self._who:
            self._who[operation.name] = who_may(operation)
        return self._who[operation.name]
