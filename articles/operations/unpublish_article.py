"""Make published articles drafts again."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Article
from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class UnpublishArticle(SetField):
    name = "article.unpublish"
    entity = "article"
    label = _("Unpublish")
    sentence = ngettext_lazy(
        "Make %(count)s article a draft again",
        "Make %(count)s articles drafts again",
        "count",
    )
    event = "article.unpublished"
    icon = "draft"
    rank = 50
    inverse = "article.publish"
    field, value = "state", Article.State.DRAFT
    already = _("it is a draft already")
    origins = (Article.State.PUBLISHED,)
    elsewhere = _("it is in the archive; take it out first")
    consequence = _("Visitors will no longer see these articles until they are published again.")
