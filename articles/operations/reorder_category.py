"""Give a category another position among those beside it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.reorder import Reorder


@register
class ReorderCategory(Reorder):
    name = "category.reorder"
    entity = "category"
    sentence = ngettext_lazy("Reorder %(count)s category", "Reorder %(count)s categories", "count")
    event = "category.reordered"
    beside = ("space", "parent")
    consequence = _("Visitors see the categories of one place in the order of their positions.")
