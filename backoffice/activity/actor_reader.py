"""The filters of who did it and where: an actor, a kind of actor, a name, a scope or an area."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from audit.event_filters import Boundary, EventFilters
from audit.models import ActorKind
from audit.questions import Question
from audit.windows import actor_label
from backoffice.accounts.access import restricted_scopes, scope_model
from backoffice.accounts.models import Staff
from backoffice.activity.filter_reader import Choice, Input, Menu, Reader
from backoffice.activity.folds import area_entity
from backoffice.activity.people import PERSONAL
from backoffice.activity.records import known_records
from backoffice.entities import registry
from backoffice.entities.access import parse_id, sees_personal_fields, title_for
from backoffice.entities.entity import Entity
from backoffice.entities.names import shared_names
from backoffice.entities.search import search_entities
from backoffice.entities.search_query import BadQuery, read_query

MOST_SUGGESTED = 5


class ActorReader(Reader):
    """Reads also who did it, and in which scope or area."""

    def actor(self) -> None:
        """One actor exactly, as `kind:id`."""
        value = self.params.get("actor", "")
        kind, _colon, actor = value.partition(":")
        known = kind in ActorKind.values and 0 < len(actor) <= 64 and "\x00" not in actor
        if value and not known:
            self.problem(_("“%s” is no person. Follow a link from someone's name.") % value[:40])
        elif value:
            self.set(actor=(kind, actor))
            name = self._name_of(kind, actor)
            self.chip("actor", _("By"), f"{name} ({ActorKind(kind).label})")

    def _name_of(self, kind: str, actor: str) -> str:
        """What the actor was called last, here, where the reader may look; else the id.

        One id may be another's elsewhere, and they may have acted in closed scopes only.
        """
        if kind in PERSONAL and not sees_personal_fields(self.viewer):
            return actor
        known = EventFilters(
            boundary=self.reading.filters.boundary, hidden_scopes=restricted_scopes(self.viewer)
        )
        return actor_label(Question(known), kind, actor) or actor

    def kind_of_actor(self) -> None:
        """Staff, members, tokens, scripts, services or bare database roles."""
        value = self.params.get("by", "")
        self.choose(
            "by", _("Kind of actor"), [(k.value, str(k.label)) for k in ActorKind], by=value
        )

    def person(self) -> None:
        """A part of a name. Whom it may mean is offered, since exactly one is found at once."""
        self.text("person", _("Person"))
        if not sees_personal_fields(self.viewer):
            self.set(unnamed=tuple(kind.value for kind in PERSONAL))
        text = self.reading.filters.person
        if text:
            self.reading.suggestions = list(self._people(text))

    def _people(self, text: str) -> Iterator[Choice]:
        named = Q(name__icontains=text) | Q(email__icontains=text)
        for staff in Staff.objects.filter(named).order_by("name", "pk")[:MOST_SUGGESTED]:
            yield self._suggestion(str(staff), ActorKind.STAFF.value, str(staff.pk), None)
        for entity in registry.all():
            kind, column = entity.timeline_actor
            # The staff have been named above.
            if kind in {"", ActorKind.STAFF} or not self.viewer.has_perm(entity.view_permission):
                continue
            for record in found_by_name(self.viewer, entity, text):
                names = f"{title_for(self.viewer, entity, record)} · {entity.subtitle(record)}"
                yield self._suggestion(
                    names, kind, str(getattr(record, column)), entity.scope_of(record)
                )

    def _suggestion(self, text: str, kind: str, pk: str, scope: int | None) -> Choice:
        values = {"actor": f"{kind}:{pk}", "person": None}
        if scope is not None:
            values["scope"] = str(scope)
        return Choice(f"{text} ({ActorKind(kind).label})", self.address.changed(values))

    def boundary(self) -> None:
        """Everything inside a scope, given by id or name, or inside an area, given by id."""
        self.reading.takes_scope = True
        scope = registry.for_model(scope_model())
        value = self.params.get("scope", "").strip()
        if scope is not None:
            hint = _("A name, or an id such as #42")
            self.reading.menus.append(
                Menu(scope.label, [], [Input("scope", scope.label, "", hint)])
            )
            if value:
                self._inside("scope", scope, self._scope_id(scope, value))
        area, value = area_entity(), self.params.get("area", "").strip()
        if area is not None and value:
            self._inside("area", area, self._known(area, parse_id(value)))

    def _scope_id(self, entity: Entity, value: str) -> int | None:
        pk = parse_id(value.removeprefix("#"))
        if pk is not None:
            return self._known(entity, pk)
        found = found_by_name(self.viewer, entity, value)
        if len(found) == 1:
            return int(found[0].pk)
        for record in found:
            title = title_for(self.viewer, entity, record)
            url = self.address.changed({"scope": str(record.pk)})
            self.reading.suggestions.append(Choice(f"{title} #{record.pk}", url))
        return None

    def _known(self, entity: Entity, pk: int | None) -> int | None:
        """The id, if the reader may know of such a record: a closed one is as one never made."""
        return pk if pk and known_records(self.viewer, entity, [pk]) else None

    def _inside(self, kind: str, entity: Entity, pk: int | None) -> None:
        value = self.params[kind][:40]
        if pk is None:
            problem = _("“%(value)s” is no %(name)s that you may see, or several are called so.")
            self.problem(problem % {"value": value, "name": entity.label})
            self.chip(kind, entity.label, value)
            return
        self.set(boundary=Boundary(kind, pk))
        self.chip(kind, entity.label, shared_names(self.viewer).of(entity.model, pk).text)


def found_by_name(viewer: Any, entity: Entity, text: str) -> list[Any]:
    """The few records that a person may mean by what they typed."""
    try:
        query = read_query(text)
    except BadQuery:
        return []
    if query is None:
        return []
    (found,) = search_entities(viewer, [entity], query, MOST_SUGGESTED)
    return found.records


def activity_url_of(entity: Entity, record: Any) -> str:
    """What a record that acts itself did: its activity's query; "" for one that does not."""
    kind, column = entity.timeline_actor
    if not kind:
        return ""
    scope = entity.scope_of(record)
    values = {"actor": f"{kind}:{getattr(record, column)}"}
    return urlencode(values | ({"scope": str(scope)} if scope is not None else {}))


def narrows_to_scope(filters: EventFilters) -> bool:
    """Whether only one scope is shown, so that who acts in it needs no further telling apart."""
    return filters.boundary is not None and filters.boundary.kind == "scope"
