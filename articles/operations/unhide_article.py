"""Unhide articles: visitors see them again, where nothing else hides them."""

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
class UnhideArticle(Operation):
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
    inverse = "article.hide"
    consequence = _("Visitors will see these articles again, where nothing else hides them.")

    def refusals(self, records: Iterable[Article], params: Mapping[str, Any]) -> dict[Any, Any]:
        return {
            article.pk: _("it is in the trash; restore it first")
            if article.deleted_at
            else _("it is not hidden")
            for article in records
            if not article.hidden or article.deleted_at
        }

    def run(self, targets: QuerySet[Article], params: Mapping[str, Any]) -> None:
        targets.update(hidden=False, updated_at=Now())
