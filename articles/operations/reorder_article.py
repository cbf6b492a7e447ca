"""Give an article another position among those beside it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.reorder import Reorder


@register
class ReorderArticle(Reorder):
    name = "article.reorder"
    entity = "article"
    sentence = ngettext_lazy("Reorder %(count)s article", "Reorder %(count)s articles", "count")
    event = "article.reordered"
    beside = ("space", "category")
    consequence = _("Visitors see the articles of one place in the order of their positions.")
