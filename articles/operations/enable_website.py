"""Turn the websites of spaces on."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class EnableWebsite(SetField):
    name = "space.enable_website"
    entity = "space"
    label = _("Turn the website on")
    sentence = ngettext_lazy(
        "Turn the website of %(count)s space on",
        "Turn the websites of %(count)s spaces on",
        "count",
    )
    event = "space.website_enabled"
    icon = "power"
    rank = 10
    inverse = "space.disable_website"
    field, value = "website_enabled", True
    already = _("its website is on already")
    consequence = _("Visitors can open the site again.")
