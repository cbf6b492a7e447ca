"""Bring translations back that were deleted for good."""

from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.rewriting.resurrect import Resurrect


@register
class ResurrectTranslation(Resurrect):
    name = "translation.resurrect"
    entity = "translation"
    sentence = ngettext_lazy(
        "Bring %(count)s translation back", "Bring %(count)s translations back", "count"
    )
    event = "translation.resurrected"
