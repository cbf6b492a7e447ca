"""Name more colleagues for restricted channels."""

from django.utils.translation import ngettext_lazy

from backoffice.accounts.scope_operations import Assign
from backoffice.operations.registry import register


@register
class AssignChannel(Assign):
    name = "channel.assign"
    entity = "channel"
    sentence = ngettext_lazy(
        "Name more people for %(count)s channel",
        "Name more people for %(count)s channels",
        "count",
    )
    event = "channel.assigned"
