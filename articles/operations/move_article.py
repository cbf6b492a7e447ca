"""Move articles into another category or space of their channel; their texts go with them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.destinations import PlaceForm
from articles.models import Article
from backoffice.operations.base import Operation
from backoffice.operations.performers import Performer
from backoffice.operations.registry import register
from backoffice.operations.set_field import IN_TRASH


@register
class MoveArticle(Operation):
    name = "article.move"
    entity = "article"
    label = _("Move")
    sentence = ngettext_lazy("Move %(count)s article", "Move %(count)s articles", "count")
    event = "article.moved"
    icon = "move"
    rank = 40
    consequence = _("Links to the old place of these articles may no longer work.")

    def form(
        self, data: Mapping[str, Any] | None, performer: Performer, keys: Sequence[int]
    ) -> PlaceForm:
        return PlaceForm(data, performer, keys)

    def refusals(self, records: Iterable[Article], params: Mapping[str, Any]) -> dict[Any, Any]:
        records = list(records)
        found = {article.pk: IN_TRASH for article in records if article.deleted_at}
        if params.get("space") is None:
            return found
        place = (params["space"], params["category"])
        taken = self._slugs_at(place, records)
        for article in records:
            if article.pk in found:
                continue
            if (article.space_id, article.category_id) == place:
                found[article.pk] = _("it stands there already")
            elif article.slug in taken:
                found[article.pk] = format_lazy(
                    _("another article there has the slug “{slug}”"), slug=article.slug
                )
            else:
                taken.add(article.slug)
        return found

    def _slugs_at(self, place: tuple[int, int | None], records: list[Article]) -> set[str]:
        """Which of these articles' slugs a living article has at the place."""
        living = Article.objects.filter(
            space=place[0], category=place[1], deleted_at=None, slug__in={a.slug for a in records}
        )
        return set(living.values_list("slug", flat=True))

    def run(self, targets: QuerySet[Article], params: Mapping[str, Any]) -> None:
        targets.update(space_id=params["space"], category_id=params["category"], updated_at=Now())
