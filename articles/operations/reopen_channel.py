"""Reopen closed channels: they are suspended until they are made active."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Channel
from backoffice.accounts.roles import Role
from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class ReopenChannel(SetField):
    name = "channel.reopen"
    entity = "channel"
    label = _("Reopen")
    sentence = ngettext_lazy(
        "Reopen %(count)s channel",
        "Reopen %(count)s channels",
        "count",
    )
    event = "channel.reopened"
    icon = "restore"
    rank = 10
    inverse = "channel.close"
    roles = (Role.ADMIN,)
    field, value = "status", Channel.Status.SUSPENDED
    already = _("it is suspended, not closed")
    origins = (Channel.Status.CLOSED,)
    elsewhere = _("it is not closed")
    consequence = _("The channels are suspended then; make them active as the next step.")
