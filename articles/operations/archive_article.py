"""Archive published articles: kept, but no longer shown."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Article
from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class ArchiveArticle(SetField):
    name = "article.archive"
    entity = "article"
    label = _("Archive")
    sentence = ngettext_lazy(
        "Archive %(count)s article",
        "Archive %(count)s articles",
        "count",
    )
    event = "article.archived"
    icon = "archive"
    rank = 55
    inverse = "article.unarchive"
    field, value = "state", Article.State.ARCHIVED
    already = _("it is in the archive already")
    origins = (Article.State.PUBLISHED,)
    elsewhere = _("it is a draft; only what was published is archived")
    consequence = _(
        "Visitors will no longer see these articles. They can be taken out of the archive."
    )
