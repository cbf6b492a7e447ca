"""Hide categories: what stands in them is hidden from visitors too."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class HideCategory(SetField):
    name = "category.hide"
    entity = "category"
    label = _("Hide")
    sentence = ngettext_lazy(
        "Hide %(count)s category",
        "Hide %(count)s categories",
        "count",
    )
    event = "category.hidden"
    icon = "eye-off"
    rank = 30
    inverse = "category.unhide"
    field, value = "hidden", True
    already = _("it is hidden already")
    consequence = _("Visitors will see neither these categories nor anything in them.")
