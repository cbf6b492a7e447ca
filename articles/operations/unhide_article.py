"""Unhide articles: visitors see them again, where nothing else hides them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class UnhideArticle(SetField):
    name = "article.unhide"
    entity = "article"
    label = _("Unhide")
    sentence = ngettext_lazy(
        "Unhide %(count)s article",
        "Unhide %(count)s articles",
        "count",
    )
    event = "article.unhidden"
    icon = "eye"
    rank = 10
    inverse = "article.hide"
    field, value = "hidden", False
    already = _("it is not hidden")
    consequence = _("Visitors will see these articles again, where nothing else hides them.")
