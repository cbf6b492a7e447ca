"""Restore a version of an article, whole or only some of its fields."""

from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.rewriting.revert import Revert


@register
class RevertArticle(Revert):
    name = "article.revert"
    entity = "article"
    sentence = ngettext_lazy(
        "Restore a version of %(count)s article",
        "Restore versions of %(count)s articles",
        "count",
    )
    event = "article.reverted"
