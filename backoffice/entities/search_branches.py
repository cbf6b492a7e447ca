"""Where a word can be found: a branch is one indexed text, of the record or of its children."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.expressions import Combinable, F
from django.db.models.lookups import Contains

from backoffice.entities.entity import Entity
from backoffice.entities.search_key import SearchKey, expression_of


@dataclass(frozen=True)
class Branch:
    """One indexed text.

    Attributes:
        model: whose rows hold the text.
        record: the column of it that holds the record's id.
        key: the generated column, or the expression of a long text's index.
        column: the column's name, which snippets are cut from.
    """

    model: type[models.Model]
    record: str
    key: Combinable
    column: str

    @property
    def is_own(self) -> bool:
        """Whether the text stands in the record's own row."""
        return self.record == "pk"

    def holds(self, words: Iterable[str]) -> models.Q:
        """The condition on `model` that every word is in the text."""
        condition = models.Q()
        for word in words:
            condition &= self._holds(word)
        return condition

    def _holds(self, word: str) -> models.Q:
        if isinstance(self.key, F):
            return models.Q(**{f"{_name(self.key)}__contains": word})
        return models.Q(Contains(self.key, word))

    @property
    def columns(self) -> list[str]:
        """The columns whose text it is, for showing where a word was found."""
        source = self.key
        if isinstance(source, F):
            field = self.model._meta.get_field(self.column)
            source = expression_of(field) if isinstance(field, models.GeneratedField) else source
        if not isinstance(source, SearchKey):
            return [self.column]
        return [_name(part) for part in source.get_source_expressions() if isinstance(part, F)]


def _name(column: F) -> str:
    return str(vars(column)["name"])


def branches_of(entity: Entity, names: Iterable[str]) -> list[Branch]:
    """The branches behind search fields; FieldDoesNotExist for one that leads nowhere."""
    return [_branch(entity, name) for name in names]


def _branch(entity: Entity, name: str) -> Branch:
    model, record = entity.model, "pk"
    if "__" in name:
        relation_name, name = name.split("__", 1)
        relation: Any = entity.model._meta.get_field(relation_name)
        model, record = relation.related_model, relation.field.attname
    field = model._meta.get_field(name)
    is_key = isinstance(field, models.GeneratedField)
    key: Combinable = F(name) if is_key else SearchKey(F(name))
    return Branch(model, record, key, name)
