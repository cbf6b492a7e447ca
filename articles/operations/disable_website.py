"""Turn the websites of spaces off."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class DisableWebsite(SetField):
    name = "space.disable_website"
    entity = "space"
    label = _("Turn the website off")
    sentence = ngettext_lazy(
        "Turn the website of %(count)s space off",
        "Turn the websites of %(count)s spaces off",
        "count",
    )
    event = "space.website_disabled"
    icon = "power"
    rank = 60
    inverse = "space.enable_website"
    dangerous = True
    field, value = "website_enabled", False
    already = _("its website is off already")
    consequence = _("Nobody can open the site until it is turned on again.")
