"""Unpin articles: they stand where their position says."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class UnpinArticle(SetField):
    name = "article.unpin"
    entity = "article"
    label = _("Unpin")
    sentence = ngettext_lazy(
        "Unpin %(count)s article",
        "Unpin %(count)s articles",
        "count",
    )
    event = "article.unpinned"
    icon = "pin"
    rank = 45
    inverse = "article.pin"
    field, value = "pinned", False
    already = _("it is not pinned")
    consequence = _("Visitors will see these articles in their usual order.")
