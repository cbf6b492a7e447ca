"""Hide articles: they stay published, but no visitor sees them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class HideArticle(SetField):
    name = "article.hide"
    entity = "article"
    label = _("Hide")
    sentence = ngettext_lazy(
        "Hide %(count)s article",
        "Hide %(count)s articles",
        "count",
    )
    event = "article.hidden"
    icon = "eye-off"
    rank = 30
    inverse = "article.unhide"
    field, value = "hidden", True
    already = _("it is hidden already")
    consequence = _("Visitors will no longer see these articles.")
