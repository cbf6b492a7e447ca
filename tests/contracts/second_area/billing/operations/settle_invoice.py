"""Settle invoices: the one file that adds an operation."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import ngettext_lazy

from backoffice.operations.base import Operation
from backoffice.operations.registry import register
from tests.contracts.second_area.billing.models import Invoice


@register
class SettleInvoice(Operation):
    name = "invoice.settle"
    entity = "invoice"
    label = "Settle"
    sentence = ngettext_lazy("Settle %(count)s invoice", "Settle %(count)s invoices", "count")
    event = "invoice.settled"

    def refusals(self, records: Iterable[Invoice], params: Mapping[str, Any]) -> dict[Any, Any]:
        return {invoice.pk: "it is paid" for invoice in records if invoice.paid}

    def run(self, targets: QuerySet[Invoice], params: Mapping[str, Any]) -> None:
        targets.update(paid=True)
