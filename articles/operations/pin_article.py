"""Pin articles: they stand first in their place."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class PinArticle(SetField):
    name = "article.pin"
    entity = "article"
    label = _("Pin")
    sentence = ngettext_lazy(
        "Pin %(count)s article",
        "Pin %(count)s articles",
        "count",
    )
    event = "article.pinned"
    icon = "pin"
    rank = 45
    inverse = "article.unpin"
    field, value = "pinned", True
    already = _("it is pinned already")
    consequence = _("Visitors will see these articles before the others beside them.")
