"""Restore a version of a channel, whole or only some of its fields."""

from django.utils.translation import ngettext_lazy

from backoffice.accounts.roles import Role
from backoffice.operations.registry import register
from backoffice.operations.rewriting.revert import Revert


@register
class RevertChannel(Revert):
    name = "channel.revert"
    entity = "channel"
    sentence = ngettext_lazy(
        "Restore a version of %(count)s channel",
        "Restore versions of %(count)s channels",
        "count",
    )
    roles = (Role.ADMIN,)
    event = "channel.reverted"
