"""Close channels whose contract has ended; they are suspended before."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Channel
from backoffice.accounts.roles import Role
from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class CloseChannel(SetField):
    name = "channel.close"
    entity = "channel"
    label = _("Close")
    sentence = ngettext_lazy(
        "Close %(count)s channel",
        "Close %(count)s channels",
        "count",
    )
    event = "channel.closed"
    icon = "minus-circle"
    rank = 80
    inverse = "channel.reopen"
    roles = (Role.ADMIN,)
    dangerous = True
    field, value = "status", Channel.Status.CLOSED
    already = _("it is closed already")
    origins = (Channel.Status.SUSPENDED,)
    elsewhere = _("it is active; suspend it first")
    consequence = _("The contract counts as ended. Nothing is deleted.")
