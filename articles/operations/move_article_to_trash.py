"""Move articles to the trash, their translations with them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Article, Translation
from backoffice.operations.base import Operation
from backoffice.operations.registry import register


@register
class MoveArticleToTrash(Operation):
    name = "article.move_to_trash"
    entity = "article"
    label = _("Move to the trash")
    sentence = ngettext_lazy(
        "Move %(count)s article to the trash",
        "Move %(count)s articles to the trash",
        "count",
    )
    event = "article.trashed"
    icon = "trash"
    rank = 80
    inverse = "article.restore"
    dangerous = True
    consequence = _("Visitors will no longer see these articles. They can be restored.")

    def refusals(self, records: Iterable[Article], params: Mapping[str, Any]) -> dict[Any, Any]:
        return {a.pk: _("it is in the trash already") for a in records if a.deleted_at}

    def run(self, targets: QuerySet[Article], params: Mapping[str, Any]) -> None:
        targets.update(deleted_at=Now(), deleted_by=None, updated_at=Now())
        Translation.objects.filter(article__in=targets, deleted_at=None).update(
            deleted_at=Now(), updated_at=Now()
        )
