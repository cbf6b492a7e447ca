"""Where saved views of the activity look: each is offered to those who may look there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from audit.selectors import last_versions
from backoffice.accounts.access import scope_model
from backoffice.activity.actor_reader import found_by_name
from backoffice.activity.folds import area_entity
from backoffice.activity.records import known_records
from backoffice.console.view_places import BadView
from backoffice.entities import registry
from backoffice.entities.access import parse_id
from backoffice.entities.entity import Entity


class ViewPlaces:
    """What `saved_views` asks about the scopes and areas that filters name."""

    def settle(self, staff: Any, params: QueryDict) -> None:
        """A scope that was typed by its name is kept by its id."""
        entity, value = registry.for_model(scope_model()), params.get("scope", "").strip()
        if entity is None or not value or _id_in(value) is not None:
            return
        found = found_by_name(staff, entity, value)
        if len(found) == 1:
            params["scope"] = str(found[0].pk)

    def scopes_of(self, params: QueryDict) -> frozenset[int]:
        """The scopes that the filters are bound to; BadView for one that is not known by its id."""
        scope, area = params.get("scope", "").strip(), parse_id(params.get("area", ""))
        pk, entity = _id_in(scope), area_entity()
        if scope and pk is None:
            raise BadView(_("“%s” may mean several. Choose one before you share this.") % scope)
        found = {pk, _scope_of_area(entity, area) if entity and area else None}
        return frozenset(one for one in found if one is not None)

    def are_open(self, staff: Any, views: Sequence[QueryDict]) -> list[bool]:
        """Whether the person may know of what each of these names; two queries for each kind."""
        passes = [True] * len(views)
        for entity, name in ((registry.for_model(scope_model()), "scope"), (area_entity(), "area")):
            named = [view.get(name, "").strip() for view in views]
            keys = {pk for pk in map(_id_in, named) if pk is not None}
            known = known_records(staff, entity, keys) if entity and keys else set()
            passes = [
                so_far and (not value or _id_in(value) in known)
                for so_far, value in zip(passes, named, strict=True)
            ]
        return passes


def _id_in(text: str) -> int | None:
    return parse_id(text.removeprefix("#"))


def _scope_of_area(entity: Entity, pk: int) -> int | None:
    """The scope that an area lies in, or lay in when it was there."""
    record = entity.model._default_manager.filter(pk=pk).first()
    if record is not None:
        return entity.scope_of(record)
    last = last_versions(entity.model, [pk]).get(pk) if entity.history_model else None
    return last.scope if last else None
