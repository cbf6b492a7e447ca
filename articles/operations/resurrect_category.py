"""Bring categories back that were deleted for good; on request with what stood in them."""

from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.rewriting.resurrect import Resurrect


@register
class ResurrectCategory(Resurrect):
    name = "category.resurrect"
    entity = "category"
    sentence = ngettext_lazy(
        "Bring %(count)s category back", "Bring %(count)s categories back", "count"
    )
    event = "category.resurrected"
    free_fields = ("slug",)
    contents = (("category", "parent"), ("article", "category"))
