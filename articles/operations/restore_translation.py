"""Restore translations from the trash, where their article lives and their language is free."""

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
class RestoreTranslation(Operation):
    name = "translation.restore"
    entity = "translation"
    label = _("Restore")
    sentence = ngettext_lazy(
        "Restore %(count)s translation from the trash",
        "Restore %(count)s translations from the trash",
        "count",
    )
    event = "translation.restored"
    icon = "restore"
    rank = 10
    inverse = "translation.move_to_trash"
    consequence = _("Visitors can read the articles in this language again.")

    def refusals(self, records: Iterable[Translation], params: Mapping[str, Any]) -> dict[Any, Any]:
        records = list(records)
        found = {t.pk: _("it is not in the trash") for t in records if not t.deleted_at}
        trashed = [text for text in records if text.deleted_at]
        gone, taken = self._places(trashed) if trashed else (set(), set())
        for text in trashed:
            if text.article_id in gone:
                found[text.pk] = _("its article is in the trash; restore that instead")
            elif (text.article_id, text.language) in taken:
                found[text.pk] = _("the article has another text in this language now")
            taken.add((text.article_id, text.language))
        return found

    def _places(self, texts: list[Translation]) -> tuple[set[int], set[tuple[int, str]]]:
        """Which of their articles are in the trash, and which languages are taken by now."""
        ids = {text.article_id for text in texts}
        gone = Article.objects.filter(pk__in=ids).exclude(deleted_at=None)
        living = Translation.objects.filter(article__in=ids, deleted_at=None)
        return (
            set(gone.values_list("pk", flat=True)),
            set(living.values_list("article_id", "language")),
        )

    def run(self, targets: QuerySet[Translation], params: Mapping[str, Any]) -> None:
        targets.update(deleted_at=None, updated_at=Now())
