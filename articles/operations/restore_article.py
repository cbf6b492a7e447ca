"""Restore articles from the trash, with the translations that went there together with them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Article, Translation
from backoffice.operations.base import Operation
from backoffice.operations.registry import register


@register
class RestoreArticle(Operation):
    name = "article.restore"
    entity = "article"
    label = _("Restore")
    sentence = ngettext_lazy(
        "Restore %(count)s article from the trash",
        "Restore %(count)s articles from the trash",
        "count",
    )
    event = "article.restored"
    icon = "restore"
    rank = 10
    inverse = "article.move_to_trash"
    consequence = _("The articles return to their old place, with the texts deleted with them.")

    def refusals(self, records: Iterable[Article], params: Mapping[str, Any]) -> dict[Any, Any]:
        records = list(records)
        found = {a.pk: _("it is not in the trash") for a in records if not a.deleted_at}
        trashed = [article for article in records if article.deleted_at]
        taken = self._living_places(trashed) if trashed else set()
        for article in trashed:
            place = (article.space_id, article.category_id, article.slug)
            if place in taken:
                found[article.pk] = format_lazy(
                    _("another article there has its slug “{slug}” now"), slug=article.slug
                )
            taken.add(place)
        return found

    def _living_places(self, records: list[Article]) -> set[tuple[int, int | None, str]]:
        """The places in these articles' spaces where a living article has one of their slugs."""
        living = Article.objects.filter(
            space__in={article.space_id for article in records},
            slug__in={article.slug for article in records},
            deleted_at=None,
        )
        return set(living.values_list("space_id", "category_id", "slug"))

    def run(self, targets: QuerySet[Article], params: Mapping[str, Any]) -> None:
        together = self._deleted_with(targets)
        targets.update(deleted_at=None, deleted_by=None, updated_at=Now())
        Translation.objects.filter(pk__in=together).update(deleted_at=None, updated_at=Now())

    def _deleted_with(self, targets: QuerySet[Article]) -> list[int]:
        """Translations whose way into the trash was the same event as their article's."""
        history = Article.history.model.objects
        trashed = dict(
            history.filter(id__in=targets.values("pk"), verb="trashed")
            .order_by("id", "-history_date", "-history_id")
            .distinct("id")
            .values_list("id", "event_id")
        )
        versions = (
            Translation.history.model.objects.filter(
                article_id__in=list(trashed), verb="trashed", event_id__in=set(trashed.values())
            )
            .exclude(deleted_at=None)
            .values_list("id", "article_id", "event_id")
        )
        return [pk for pk, article, event in versions if trashed[article] == event]
