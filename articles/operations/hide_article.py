"""Hide articles: they stay published, but no visitor sees them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Article
from backoffice.operations.base import Operation
from backoffice.operations.registry import register


@register
class HideArticle(Operation):
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
    inverse = "article.unhide"
    consequence = _("Visitors will no longer see these articles.")

    def refusals(self, records: Iterable[Article], params: Mapping[str, Any]) -> dict[Any, Any]:
        return {
            article.pk: _("it is in the trash; restore it first")
            if article.deleted_at
            else _("it is hidden already")
            for article in records
            if article.hidden or article.deleted_at
        }

    def run(self, targets: QuerySet[Article], params: Mapping[str, Any]) -> None:
        targets.update(hidden=True, updated_at=Now())
