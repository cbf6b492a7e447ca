"""Filters of lists from the same predicates: visible to visitors, and behind which record."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.forms import CharField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.entities import registry as entities
from backoffice.entities.access import parse_id
from backoffice.entities.filters import YesNoFilter, register_filter
from backoffice.entities.names import Names
from backoffice.visibility.declarations import Subject, all_subjects
from backoffice.visibility.predicate import fit_q, inside_q, visible_q
from backoffice.visibility.reach import asked_now, place_of


class VisibleFilter(YesNoFilter):
    """What a visitor sees who reads the site's own language, or does not see."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(label=gettext_lazy("Visible to visitors"))
        self.subject = subject

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        seen = visible_q(self.subject, asked_now())
        return qs.filter(seen if value == "yes" else ~seen)


class _Behind(CharField):
    """`<entity>:<id>` of a record that has a say about the subject."""

    def __init__(self, *, subject: Subject, **extra: Any) -> None:
        super().__init__(**extra)
        self.subject = subject

    def validate(self, value: str) -> None:
        super().validate(value)
        name, _colon, pk = value.partition(":")
        known = place_of(self.subject, name) is not None and parse_id(pk) is not None
        if value and not known:
            raise ValidationError(_("“%s” names no record that hides others.") % value[:60])


class BehindFilter(django_filters.CharFilter):
    """What would be visible by itself, and stands behind the switches of one record.

    It is reached by links only, as the record's own page has them.
    """

    kind = "link"
    field_class = _Behind

    def __init__(self, subject: Subject) -> None:
        super().__init__(
            label=gettext_lazy("Behind the switches of"), subject=subject, max_length=60
        )
        self.subject = subject

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        name, _colon, pk = value.partition(":")
        place = place_of(self.subject, name)
        if place is None:
            return qs.none()
        return qs.filter(inside_q(place, int(pk)) & fit_q(self.subject, asked_now()))

    def shown(self, value: str, names: Names) -> str:
        """The record by its name, for the chip."""
        name, _colon, text = value.partition(":")
        pk = parse_id(text)
        if pk is None or place_of(self.subject, name) is None:
            return value
        return names.of(entities.get(name).model, pk).text


def register_filters() -> None:
    """Once, when every area has declared its subjects."""
    for subject in all_subjects():
        # Where nothing around it has a say, the list's own filters say it all.
        if any(place.via or place.up for place in subject.places):
            register_filter(subject.entity, "visible", VisibleFilter(subject))
            register_filter(subject.entity, "behind", BehindFilter(subject))
