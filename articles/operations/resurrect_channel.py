"""Bring channels back that were deleted for good; on request with what stood in them."""

from django.utils.translation import ngettext_lazy

from backoffice.accounts.roles import Role
from backoffice.operations.registry import register
from backoffice.operations.rewriting.resurrect import Resurrect


@register
class ResurrectChannel(Resurrect):
    name = "channel.resurrect"
    entity = "channel"
    sentence = ngettext_lazy(
        "Bring %(count)s channel back", "Bring %(count)s channels back", "count"
    )
    roles = (Role.ADMIN,)
    event = "channel.resurrected"
    contents = (("member", "channel"), ("space", "channel"))
