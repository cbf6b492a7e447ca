"""Open restricted channels to everyone with a role."""

from django.utils.translation import ngettext_lazy

from backoffice.accounts.scope_operations import Open
from backoffice.operations.registry import register


@register
class OpenChannel(Open):
    name = "channel.open"
    entity = "channel"
    sentence = ngettext_lazy(
        "Open %(count)s channel to everyone",
        "Open %(count)s channels to everyone",
        "count",
    )
    event = "channel.unrestricted"
