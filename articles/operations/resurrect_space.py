"""Bring spaces back that were deleted for good; on request with what stood in them."""

from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.rewriting.resurrect import Resurrect


@register
class ResurrectSpace(Resurrect):
    name = "space.resurrect"
    entity = "space"
    sentence = ngettext_lazy("Bring %(count)s space back", "Bring %(count)s spaces back", "count")
    event = "space.resurrected"
    free_fields = ("slug",)
    optional_fields = ("custom_domain",)
    contents = (("category", "space"), ("article", "space"))
