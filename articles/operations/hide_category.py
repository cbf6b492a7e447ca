"""Hide categories: what stands in them is hidden from visitors too."""

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
class HideCategory(Operation):
    name = "category.hide"
    entity = "category"
    label = _("Hide")
    sentence = ngettext_lazy(
        "Hide %(count)s category",
        "Hide %(count)s categories",
        "count",
    )
    event = "category.hidden"
    icon = "eye-off"
    inverse = "category.unhide"
    consequence = _("Visitors will see neither these categories nor anything in them.")

    def refusals(self, records: Iterable[Category], params: Mapping[str, Any]) -> dict[Any, Any]:
        return {category.pk: _("it is hidden already") for category in records if category.hidden}

    def run(self, targets: QuerySet[Category], params: Mapping[str, Any]) -> None:
        targets.update(hidden=True, updated_at=Now())
