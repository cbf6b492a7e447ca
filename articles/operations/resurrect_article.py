"""Bring articles back that were deleted for good, their translations with them."""

from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.rewriting.resurrect import Resurrect


@register
class ResurrectArticle(Resurrect):
    name = "article.resurrect"
    entity = "article"
    sentence = ngettext_lazy(
        "Bring %(count)s article back", "Bring %(count)s articles back", "count"
    )
    event = "article.resurrected"
    free_fields = ("slug",)
