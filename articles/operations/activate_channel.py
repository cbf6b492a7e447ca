"""Make suspended channels active again."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Channel
from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class ActivateChannel(SetField):
    name = "channel.activate"
    entity = "channel"
    label = _("Make active")
    sentence = ngettext_lazy(
        "Make %(count)s channel active",
        "Make %(count)s channels active",
        "count",
    )
    event = "channel.activated"
    icon = "check-circle"
    rank = 10
    inverse = "channel.suspend"
    field, value = "status", Channel.Status.ACTIVE
    already = _("it is active already")
    origins = (Channel.Status.SUSPENDED,)
    elsewhere = _("it is closed; reopen it first")
    consequence = _("Their sites can be opened and their people can work again.")
