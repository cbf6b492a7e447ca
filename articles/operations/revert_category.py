"""Restore a version of a category, whole or only some of its fields."""

from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.rewriting.revert import Revert


@register
class RevertCategory(Revert):
    name = "category.revert"
    entity = "category"
    sentence = ngettext_lazy(
        "Restore a version of %(count)s category",
        "Restore versions of %(count)s categories",
        "count",
    )
    event = "category.reverted"
