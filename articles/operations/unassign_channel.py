"""Name fewer colleagues for restricted channels."""

from django.utils.translation import ngettext_lazy

from backoffice.accounts.scope_operations import Unassign
from backoffice.operations.registry import register


@register
class UnassignChannel(Unassign):
    name = "channel.unassign"
    entity = "channel"
    sentence = ngettext_lazy(
        "Name fewer people for %(count)s channel",
        "Name fewer people for %(count)s channels",
        "count",
    )
    event = "channel.unassigned"
