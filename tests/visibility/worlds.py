"""A help site whose switches the tests turn as the customers' service turns them: in plain SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from articles.models import Article, Category, Space
from backoffice.entities import registry
from backoffice.entities.names import Names
from backoffice.visibility.declarations import Asked, Subject, Verdict, subject_of
from backoffice.visibility.lapses import Lapse, lapse_of
from backoffice.visibility.past import tracks_of
from backoffice.visibility.predicate import visible_q
from backoffice.visibility.surroundings import around_of
from tests.content import HelpCenter

MODELS: dict[str, Any] = {"article": Article, "category": Category, "space": Space}
TABLES = {
    "channel": "articles_channel",
    "space": "articles_space",
    "category": "articles_category",
    "article": "articles_article",
    "translation": "articles_translation",
}


@dataclass
class World:
    """A site and the connection of the service that writes it."""

    site: HelpCenter
    product: Any
    names: Any = field(default_factory=Names)

    def set(self, entity: str, pk: int, column: str, value: object) -> None:
        """One change of one value, in a transaction of its own."""
        self.product.execute(
            f"UPDATE {TABLES[entity]} SET {column} = %s WHERE id = %s", (value, pk)
        )

    def subject(self, entity: str) -> Subject:
        found = subject_of(entity)
        assert found is not None
        return found

    def verdict(self, entity: str, pk: int, language: str = "ko") -> Verdict:
        """The explanation of one record, read afresh."""
        subject = self.subject(entity)
        record = registry.get(entity).records(full=True).get(pk=pk)
        return subject.judge(around_of(Names(), subject, record), asked(language))

    def lapse(self, entity: str, pk: int, language: str = "ko") -> Lapse:
        subject = self.subject(entity)
        record = registry.get(entity).records(full=True).get(pk=pk)
        tracks = tracks_of(subject, pk, around_of(Names(), subject, record))
        return lapse_of(subject, pk, tracks, asked(language))

    def seen(self, entity: str, language: str = "ko") -> set[int]:
        """What the SQL predicate finds visible."""
        q = visible_q(self.subject(entity), asked(language))
        return set(MODELS[entity].objects.filter(q).values_list("pk", flat=True))

    def unseen(self, entity: str, language: str = "ko") -> set[int]:
        """What the predicate, turned round, finds not visible."""
        q = ~visible_q(self.subject(entity), asked(language))
        return set(MODELS[entity].objects.filter(q).values_list("pk", flat=True))

    def ids(self, entity: str) -> set[int]:
        return set(MODELS[entity].objects.values_list("pk", flat=True))


def asked(language: str = "ko") -> Asked:
    return Asked(language, timezone.now())


def in_days(days: float) -> Any:
    return timezone.now() + timedelta(days=days)
