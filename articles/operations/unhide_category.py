"""Unhide categories: visitors see them again, where no category above is hidden."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Category
from backoffice.operations.base import Operation
from backoffice.operations.registry import register


@register
class UnhideCategory(Operation):
    name = "category.unhide"
    entity = "category"
    label = _("Unhide")
    sentence = ngettext_lazy(
        "Unhide %(count)s category",
        "Unhide %(count)s categories",
        "count",
    )
    event = "category.unhidden"
    icon = "eye"
    inverse = "category.hide"
    consequence = _("Visitors will see these categories and what stands in them again.")

    def refusals(self, records: Iterable[Category], params: Mapping[str, Any]) -> dict[Any, Any]:
        return {category.pk: _("it is not hidden") for category in records if not category.hidden}

    def run(self, targets: QuerySet[Category], params: Mapping[str, Any]) -> None:
        targets.update(hidden=False, updated_at=Now())
