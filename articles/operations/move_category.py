"""Move categories under another one of their space, with all that stands in them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.destinations import ParentForm
from articles.models import Category
from articles.places import heights_of_categories, ids_above
from articles.rules import DEEPEST_CATEGORY
from backoffice.operations.base import Operation
from backoffice.operations.exceptions import Conflict
from backoffice.operations.performers import Performer
from backoffice.operations.registry import register

INTO_ITSELF = _("it would stand inside of itself")


@register
class MoveCategory(Operation):
    name = "category.move"
    entity = "category"
    label = _("Move")
    sentence = ngettext_lazy("Move %(count)s category", "Move %(count)s categories", "count")
    event = "category.moved"
    icon = "move"
    rank = 40
    consequence = _("All that stands in these categories goes with them.")

    def form(
        self, data: Mapping[str, Any] | None, performer: Performer, keys: Sequence[int]
    ) -> ParentForm:
        return ParentForm(data, performer, keys)

    def refusals(self, records: Iterable[Category], params: Mapping[str, Any]) -> dict[Any, Any]:
        if "parent" not in params:
            return {}
        records, parent = list(records), params["parent"]
        above = ids_above(parent)
        heights = heights_of_categories([category.pk for category in records])
        taken = self._slugs_under(parent, records)
        found: dict[Any, Any] = {}
        for category in records:
            if category.parent_id == parent:
                found[category.pk] = _("it stands there already")
            elif category.pk in above:
                found[category.pk] = INTO_ITSELF
            elif len(above) + heights[category.pk] > DEEPEST_CATEGORY:
                found[category.pk] = format_lazy(
                    _("categories are nested {limit} deep at most"), limit=DEEPEST_CATEGORY
                )
            elif category.slug in taken:
                found[category.pk] = format_lazy(
                    _("another category there has the slug “{slug}”"), slug=category.slug
                )
            else:
                taken.add(category.slug)
        return found

    def _slugs_under(self, parent: int | None, records: list[Category]) -> set[str]:
        """Which of their slugs a category at the place has."""
        there = Category.objects.filter(
            space__in={category.space_id for category in records},
            parent=parent,
            slug__in={category.slug for category in records},
        )
        return set(there.values_list("slug", flat=True))

    def run(self, targets: QuerySet[Category], params: Mapping[str, Any]) -> None:
        """Who moves the destination meanwhile waits, or is waited for: no ring can be closed."""
        parent = params["parent"]
        list(Category.objects.select_for_update().filter(pk__in=ids_above(parent)).order_by("pk"))
        if targets.filter(pk__in=ids_above(parent)).exists():
            raise Conflict(INTO_ITSELF)
        targets.update(parent_id=parent, updated_at=Now())
