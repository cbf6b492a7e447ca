"""Take articles out of the archive: they are published as before."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Article
from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class UnarchiveArticle(SetField):
    name = "article.unarchive"
    entity = "article"
    label = _("Take out of the archive")
    sentence = ngettext_lazy(
        "Take %(count)s article out of the archive",
        "Take %(count)s articles out of the archive",
        "count",
    )
    event = "article.unarchived"
    icon = "restore"
    rank = 12
    inverse = "article.archive"
    field, value = "state", Article.State.PUBLISHED
    already = _("it is not in the archive")
    origins = (Article.State.ARCHIVED,)
    elsewhere = _("it is not in the archive")
    consequence = _("Visitors will see these articles again, where nothing hides them.")
