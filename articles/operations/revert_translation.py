"""Restore a version of a translation, whole or only some of its fields."""

from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.rewriting.revert import Revert


@register
class RevertTranslation(Revert):
    name = "translation.revert"
    entity = "translation"
    sentence = ngettext_lazy(
        "Restore a version of %(count)s translation",
        "Restore versions of %(count)s translations",
        "count",
    )
    event = "translation.reverted"
