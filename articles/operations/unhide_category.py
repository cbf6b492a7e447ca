"""Unhide categories: visitors see them again, where no category above is hidden."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class UnhideCategory(SetField):
    name = "category.unhide"
    entity = "category"
    label = _("Unhide")
    sentence = ngettext_lazy(
        "Unhide %(count)s category",
        "Unhide %(count)s categories",
        "count",
    )
    event = "category.unhidden"
    icon = "eye"
    rank = 10
    inverse = "category.hide"
    field, value = "hidden", False
    already = _("it is not hidden")
    consequence = _("Visitors will see these categories and what stands in them again.")
