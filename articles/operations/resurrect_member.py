"""Bring members back whose record was deleted."""

from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.rewriting.resurrect import Resurrect


@register
class ResurrectMember(Resurrect):
    name = "member.resurrect"
    entity = "member"
    sentence = ngettext_lazy("Bring %(count)s member back", "Bring %(count)s members back", "count")
    event = "member.resurrected"
    free_fields = ("key",)
