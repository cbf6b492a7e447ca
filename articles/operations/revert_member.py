"""Restore a version of a member, whole or only some of its fields."""

from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.rewriting.revert import Revert


@register
class RevertMember(Revert):
    name = "member.revert"
    entity = "member"
    sentence = ngettext_lazy(
        "Restore a version of %(count)s member",
        "Restore versions of %(count)s members",
        "count",
    )
    event = "member.reverted"
