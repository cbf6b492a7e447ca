"""Restrict channels to named colleagues."""

from django.utils.translation import ngettext_lazy

from backoffice.accounts.scope_operations import Restrict
from backoffice.operations.registry import register


@register
class RestrictChannel(Restrict):
    name = "channel.restrict"
    entity = "channel"
    sentence = ngettext_lazy(
        "Restrict %(count)s channel to named people",
        "Restrict %(count)s channels to named people",
        "count",
    )
    event = "channel.restricted"
    inverse = "channel.open"
