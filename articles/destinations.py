"""Forms that ask where to: a folder and a site of the same channel, by list, id or exact name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from articles.models import Category, Space
from backoffice.entities import registry, values
from backoffice.operations.editing.keys import KeyInput
from backoffice.operations.performers import Performer


def candidates(
    performer: Performer, name: str, bounds: Mapping[str, int], label: str, **options: Any
) -> KeyInput:
    """A field for a record of an entity within bounds, which need not be filled in."""
    entity = registry.get(name)
    records = performer.records(entity).filter(**bounds)
    staff = getattr(performer, "staff", None)
    return KeyInput(entity, records, staff, required=False, label=label, **options)


class PlaceForm(forms.Form):
    """Where articles go. Its cleaned data are `space` and `category`, ids, the latter or None."""

    def __init__(
        self, data: Mapping[str, Any] | None, performer: Performer, keys: Sequence[int]
    ) -> None:
        super().__init__(data)
        entity = registry.get("article")
        found = performer.records(entity).filter(pk__in=keys).order_by()
        self.channels = set(found.values_list("channel_id", flat=True).distinct())
        if len(self.channels) == 1:
            self._ask(performer, {"channel_id": next(iter(self.channels))})

    def _ask(self, performer: Performer, bounds: Mapping[str, int]) -> None:
        entity = registry.get("article")
        self.fields["category"] = candidates(
            performer,
            "category",
            bounds,
            values.label(entity, "category"),
            empty=_("— beside the categories —"),
        )
        self.fields["space"] = candidates(
            performer,
            "space",
            bounds,
            values.label(entity, "space"),
            empty=_("— the category's —"),
            help_text=_("Needed only where no category is chosen."),
        )

    def clean(self) -> dict[str, Any]:
        if len(self.channels) > 1:
            raise forms.ValidationError(
                _("These belong to several channels. Move those of one channel at a time.")
            )
        space, category = self.cleaned_data.get("space"), self.cleaned_data.get("category")
        if category is not None:
            home = Category.objects.values_list("space_id", flat=True).get(pk=category)
            if space not in {None, home}:
                name = Space.objects.get(pk=home).name
                self.add_error("category", _("This category stands in “%s”.") % name)
            space = home
        if self.channels and space is None and not self.errors:
            raise forms.ValidationError(_("Choose where to: a category, a space, or both."))
        return {"space": space, "category": category}


class ParentForm(forms.Form):
    """Under which category of their space categories go; none means outermost."""

    def __init__(
        self, data: Mapping[str, Any] | None, performer: Performer, keys: Sequence[int]
    ) -> None:
        super().__init__(data)
        entity = registry.get("category")
        found = performer.records(entity).filter(pk__in=keys).order_by()
        self.spaces = set(found.values_list("space_id", flat=True).distinct())
        if len(self.spaces) == 1:
            self.fields["parent"] = candidates(
                performer,
                "category",
                {"space_id": next(iter(self.spaces))},
                values.label(entity, "parent"),
                empty=_("— outermost —"),
            )
            parents = list(found.values_list("parent_id", flat=True)[:2])
            self.initial = {"parent": parents[0]} if len(parents) == 1 else {}

    def clean(self) -> dict[str, Any]:
        if len(self.spaces) > 1:
            raise forms.ValidationError(
                _("These belong to several spaces. Move those of one space at a time.")
            )
        return self.cleaned_data
