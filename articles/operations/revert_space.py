"""Restore a version of a space, whole or only some of its fields."""

from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.rewriting.revert import Revert


@register
class RevertSpace(Revert):
    name = "space.revert"
    entity = "space"
    sentence = ngettext_lazy(
        "Restore a version of %(count)s space",
        "Restore versions of %(count)s spaces",
        "count",
    )
    event = "space.reverted"
