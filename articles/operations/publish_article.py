"""Publish drafts; the first time is when they were published."""

from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Article
from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class PublishArticle(SetField):
    name = "article.publish"
    entity = "article"
    label = _("Publish")
    sentence = ngettext_lazy(
        "Publish %(count)s article",
        "Publish %(count)s articles",
        "count",
    )
    event = "article.published"
    icon = "check-circle"
    rank = 12
    inverse = "article.unpublish"
    field, value = "state", Article.State.PUBLISHED
    also = {"published_at": Coalesce("published_at", Now())}
    already = _("it is published already")
    origins = (Article.State.DRAFT,)
    elsewhere = _("it is in the archive; take it out instead")
    consequence = _("Visitors will see these articles, where nothing hides them.")
