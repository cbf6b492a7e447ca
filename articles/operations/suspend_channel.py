"""Suspend channels: their people are locked out until they are active again."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Channel
from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class SuspendChannel(SetField):
    name = "channel.suspend"
    entity = "channel"
    label = _("Suspend")
    sentence = ngettext_lazy(
        "Suspend %(count)s channel",
        "Suspend %(count)s channels",
        "count",
    )
    event = "channel.suspended"
    icon = "pause"
    rank = 60
    inverse = "channel.activate"
    dangerous = True
    field, value = "status", Channel.Status.SUSPENDED
    already = _("it is suspended already")
    origins = (Channel.Status.ACTIVE,)
    elsewhere = _("it is closed; reopen it instead")
    consequence = _(
        "Until they are active again, none of their sites can be opened "
        "and none of their people can work."
    )
