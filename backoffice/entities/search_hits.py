"""Finds as the page shows them: the name with the hit marked, and why it was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, Func
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from backoffice.entities import highlight
from backoffice.entities.access import sees_personal_fields, title_for
from backoffice.entities.entity import Entity, Record
from backoffice.entities.search import Found
from backoffice.entities.search_branches import Branch, branches_of
from backoffice.entities.search_parts import EXACT, key_branches
from backoffice.entities.search_query import Query
from backoffice.entities.values import label

BEFORE, LENGTH = 60, 240


@dataclass(frozen=True)
class Match:
    """A text that holds what was searched, marked."""

    label: str
    text: SafeString


@dataclass
class Hit:
    """One find."""

    pk: int
    url: str
    title: SafeString
    subtitle: SafeString
    badges: list[str]
    is_exact: bool
    matches: list[Match] = field(default_factory=list)


class _Snippet(Func):
    """The part of a text around the first place where a word stands."""

    output_field = models.TextField()

    def __init__(self, column: str, word: str) -> None:
        super().__init__(F(column))
        self.word = word

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        column, params = compiler.compile(self.get_source_expressions()[0])
        place = f"strpos(lower(normalize({column}, NFD)), %s)"
        sql = f"substr(normalize({column}, NFD), greatest(1, {place} - {BEFORE}), {LENGTH})"
        return sql, [*params, *params, self.word]


def hits_of(staff: Any, found: Found, query: Query) -> list[Hit]:
    """The finds of one entity; longer texts are asked for only where the names do not say why."""
    entity = found.entity
    hits = {record.pk: _hit(staff, found, record, query) for record in found.records}
    unexplained = [
        record.pk
        for record in found.records
        if query.words and not _explained(staff, entity, record, hits[record.pk], query)
    ]
    if unexplained:
        branches = [*key_branches(staff, entity), *branches_of(entity, entity.text_search_fields)]
        for pk, matches in _texts(entity, branches, unexplained, query).items():
            hits[pk].matches += matches[:1]
    return list(hits.values())


def _hit(staff: Any, found: Found, record: Record, query: Query) -> Hit:
    entity = found.entity
    hit = Hit(
        pk=record.pk,
        url=entity.url(record.pk),
        title=highlight.mark(title_for(staff, entity, record), query.words),
        subtitle=highlight.mark(entity.subtitle(record), query.words),
        badges=entity.badges(record),
        is_exact=found.ranks.get(record.pk) == EXACT,
    )
    for name in _shown_columns(staff, entity, record):
        text = getattr(record, name) or ""
        if highlight.holds_any(text, query.words) and text != title_for(staff, entity, record):
            hit.matches.append(Match(label(entity, name), highlight.mark(text, query.words)))
    return hit


def _shown_columns(staff: Any, entity: Entity, record: Record) -> Iterable[str]:
    """Columns of the record's own keys that were read with it."""
    unread = record.get_deferred_fields()
    hidden = () if sees_personal_fields(staff, entity, record.pk) else entity.personal_fields
    for branch in key_branches(staff, entity):
        if branch.is_own:
            yield from (c for c in branch.columns if c not in unread and c not in hidden)


def _explained(staff: Any, entity: Entity, record: Record, hit: Hit, query: Query) -> bool:
    texts = [getattr(record, name) or "" for name in _shown_columns(staff, entity, record)]
    whole = "\n".join([title_for(staff, entity, record), *texts])
    return hit.is_exact or highlight.holds(whole, query.words)


def _texts(
    entity: Entity, branches: Sequence[Branch], ids: Sequence[int], query: Query
) -> dict[int, list[Match]]:
    """Why each record was found, from the texts that lists do not read: keys before long texts."""
    matches: dict[int, list[Match]] = defaultdict(list)
    for branch in branches:
        columns = branch.columns
        missing = [pk for pk in ids if pk not in matches]
        if not missing:
            break
        rows = (
            branch.model._default_manager.filter(**{f"{branch.record}__in": missing})
            .filter(branch.holds(query.words))
            .values_list(F(branch.record), *(_Snippet(name, query.words[0]) for name in columns))
        )
        for pk, *texts in rows:
            for name, text in zip(columns, texts, strict=True):
                if highlight.holds_any(text, query.words):
                    shown = highlight.excerpt(_whole_letters(text), query.words)
                    matches[pk].append(Match(_label(branch, name), shown))
    return matches


def _label(branch: Branch, name: str) -> str:
    column = next(f for f in branch.model._meta.concrete_fields if f.name == name)
    return capfirst(str(column.verbose_name))


def _whole_letters(text: str) -> str:
    """Without the parts of syllables that the cut left over at both ends."""
    text = text[:-3] if len(text) == LENGTH else text
    return text.lstrip("".join(map(chr, range(0x1160, 0x1200))))
