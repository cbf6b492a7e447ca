"""Filters of a list, made of `list_filter`: one small class for each kind of column.

`kind` says how the page draws a filter: links for `choices`, an input for `text`, two for `range`,
and only the chip, while it is on, for `link`.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

import django_filters
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from backoffice.entities import registry
from backoffice.entities.access import parse_id
from backoffice.entities.entity import Entity
from backoffice.entities.search import search_entities
from backoffice.entities.search_parts import EXACT
from backoffice.entities.search_query import LONGEST, read_query

YES, NO = "yes", "no"
# A name may mean several records; more than this and it means nothing.
MOST_MEANT = 50


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """One or several of a column's choices."""

    kind = "choices"


class YesNoFilter(django_filters.ChoiceFilter):
    """Yes or no: of a boolean, or of a date that may be missing."""

    kind = "choices"

    def __init__(self, *args: Any, words: tuple[Any, Any] = (_("yes"), _("no")), **extra: Any):
        extra["choices"] = [(YES, words[0]), (NO, words[1])]
        super().__init__(*args, **extra)

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        # A date that is missing is a "no".
        wanted = value == (NO if self.lookup_expr == "isnull" else YES)
        return qs.filter(**{f"{self.field_name}__{self.lookup_expr}": wanted})


class TextFilter(django_filters.CharFilter):
    """An equal text."""

    kind = "text"


class NumberFilter(django_filters.NumberFilter):
    """An equal number."""

    kind = "text"


class DayRangeFilter(django_filters.DateFromToRangeFilter):
    """Between two days, both included, in the console's time zone."""

    kind = "range"


class RecordFilter(django_filters.CharFilter):
    """Records that point to one, given by its id or by what it is called."""

    kind = "record"

    def __init__(self, *args: Any, entity: str, **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.entity_name = entity

    @property
    def entity(self) -> Entity:
        """The entity that the column points to."""
        return registry.get(self.entity_name)

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        pk = parse_id(value.removeprefix("#"))
        return qs.filter(**{f"{self.field_name}__in": [pk] if pk else self._meant(value)})

    def _meant(self, value: str) -> list[int]:
        query = read_query(value)
        if query is None:
            return []
        (found,) = search_entities(self.parent.request.user, [self.entity], query, MOST_MEANT)
        # Who writes the whole name means that record, not all whose names begin alike.
        equal = [pk for pk, rank in found.ranks.items() if rank == EXACT]
        return equal or [record.pk for record in found.records]


# What other rooms filter an entity's list by, as filters of django-filter by name.
_more: dict[str, dict[str, Any]] = {}


def register_filter(entity: str, name: str, made: Any) -> None:
    """Add a filter to an entity's list, at start-up; a name that is taken is refused."""
    if name in _more.setdefault(entity, {}) or name in registry.get(entity).list_filter:
        raise ValueError(f"The list of {entity} has a filter {name!r} already. Name it otherwise.")
    _more[entity][name] = made


@cache
def filterset_for(entity: Entity) -> type[django_filters.FilterSet]:
    """The entity's own FilterSet, or one made of its `list_filter`."""
    if entity.filterset_class is not None:
        chosen: type[django_filters.FilterSet] = entity.filterset_class
        return chosen
    made = {name: _filter_for(entity, name) for name in entity.list_filter}
    made |= _more.get(entity.name, {})
    return type(f"{type(entity).__name__}FilterSet", (django_filters.FilterSet,), made)


def _filter_for(entity: Entity, name: str) -> Any:
    field = entity.field(name)
    common: dict[str, Any] = {
        "field_name": field.attname,
        # Lazy, because a FilterSet is made once for both languages.
        "label": capfirst(cast(Any, entity.filter_labels.get(name, field.verbose_name))),
    }
    if isinstance(field, models.ForeignKey):
        target = registry.for_model(field.related_model)
        if target is not None:
            return RecordFilter(**common, entity=target.name, max_length=LONGEST)
        return NumberFilter(**common)
    if isinstance(field, models.BooleanField):
        words = entity.boolean_words.get(name, (_("yes"), _("no")))
        return YesNoFilter(**common, lookup_expr="exact", words=words)
    if isinstance(field, models.DateTimeField):
        return (
            YesNoFilter(**common, lookup_expr="isnull") if field.null else DayRangeFilter(**common)
        )
    if field.flatchoices:
        return ChoicesFilter(**common, choices=field.flatchoices)
    if isinstance(field, models.IntegerField):
        return NumberFilter(**common)
    return TextFilter(**common, max_length=getattr(field, "max_length", None) or LONGEST)
