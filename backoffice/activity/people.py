"""Who the actors of events are: name, kind, role now, and where their own page is.

An area says who its people are:

    register_people("member", resolve)

where `resolve(keys, viewer)` is given (actor id, scope id or None) pairs and returns a `Person`
for each that it knows, in one query.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from audit.models import ActorKind, Event
from backoffice.accounts.models import Staff
from backoffice.activity.sentences import sentence
from backoffice.console.markup import fill
from backoffice.console.paths import path_to
from backoffice.console.templatetags.console import icon
from backoffice.entities import registry
from backoffice.entities.access import PERSONAL_ACTORS, parse_id, sees_personal_fields

Key = tuple[str, int | None]
ICONS = {
    ActorKind.STAFF: "person",
    ActorKind.MEMBER: "member",
    ActorKind.TOKEN: "key",
    ActorKind.SCRIPT: "script",
    ActorKind.SERVICE: "robot",
    ActorKind.ROLE: "database",
}


@dataclass(frozen=True)
class Person:
    """What an area knows of an actor: role and states now, their page, their name as it is open."""

    role: str | Promise = ""
    url: str = ""
    badges: tuple[str, ...] = ()
    # What they are called to a reader who may not see names, unless they asked for this one.
    open_name: str = ""


@dataclass(frozen=True)
class ShownActor:
    """An actor as pages show them; `name` is their id where the reader may not see names."""

    kind: str
    id: str
    name: str
    kind_label: str
    icon: str
    person: Person

    @property
    def filter(self) -> str:
        """The value that narrows a page to this actor."""
        return f"{self.kind}:{self.id}"

    @cached_property
    def markup(self) -> SafeString:
        """The actor by themselves."""
        return self._drawn("%(name)s %(who)s")

    @cached_property
    def subject(self) -> SafeString:
        """The actor as the subject of a sentence, where languages tell people from machines."""
        if self.kind in PEOPLE:
            return self._drawn(pgettext("person as the subject", "%(name)s %(who)s"))
        return self._drawn(pgettext("machine as the subject", "%(name)s %(who)s"))

    def _drawn(self, template: str) -> SafeString:
        who = " · ".join(str(part) for part in (self.kind_label, self.person.role) if part)
        name = fill('<a href="{}">{}</a>', self.url, self.name)
        kind = fill('<span class="actor__kind">({})</span>', who)
        text = sentence(template, name=name, who=kind)
        return fill('<span class="actor">{}<span>{}</span></span>', icon(self.icon), text)

    @property
    def url(self) -> str:
        """Their own page, or what they did."""
        return self.person.url or f"{path_to('activity-activity')}?actor={quote_plus(self.filter)}"


Resolver = Callable[[Collection[Key], Any], Mapping[Key, Person]]
_resolvers: dict[str, Resolver] = {}
PEOPLE = {ActorKind.STAFF, ActorKind.MEMBER}
# Kinds whose names are personal fields: shown by id to those who may not see these.
PERSONAL = {ActorKind(kind) for kind in PERSONAL_ACTORS}


def register_people(kind: str, resolve: Resolver) -> None:
    """Say who the actors of a kind are; one room or area for each kind."""
    if kind in _resolvers:
        raise ValueError(f"Actors of kind {kind!r} are resolved already. Extend that resolver.")
    _resolvers[kind] = resolve


class Actors:
    """The actors of one page, for one reader: one query for each kind, however many there are."""

    def __init__(self, viewer: Any) -> None:
        self.viewer = viewer
        self._wanted: dict[str, set[Key]] = {}
        self._known: dict[str, dict[Key, Person]] = {}
        self._labels: dict[str, str] = {}
        # Drawn once, however many events are theirs.
        self._shown: dict[tuple[str, str, int | None, str], ShownActor] = {}

    def want(self, event: Event, scope: int | None = None) -> None:
        """Say beforehand that this event's actor will be shown."""
        self._wanted.setdefault(event.actor_kind, set()).add((event.actor_id, scope))

    def get(self, event: Event, scope: int | None = None) -> ShownActor:
        """An event's actor; `scope` tells apart who have one id in several scopes."""
        same = (event.actor_kind, event.actor_id, scope, event.actor_label)
        if same not in self._shown:
            self._shown[same] = self._actor(event, scope)
        return self._shown[same]

    def _actor(self, event: Event, scope: int | None) -> ShownActor:
        key = (event.actor_id, scope)
        if key not in self._known.get(event.actor_kind, {}):
            self.want(event, scope)
            self._load(event.actor_kind)
        hidden = event.actor_kind in PERSONAL and not self._sees_names
        person = self._known[event.actor_kind].get(key, Person())
        return ShownActor(
            kind=event.actor_kind,
            id=event.actor_id,
            name=person.open_name or event.actor_id if hidden else event.actor_label,
            kind_label=self._label(event.actor_kind),
            icon=ICONS[ActorKind(event.actor_kind)],
            person=person,
        )

    def _label(self, kind: str) -> str:
        """What a kind is called, translated once however many actors are shown."""
        if kind not in self._labels:
            self._labels[kind] = str(ActorKind(kind).label)
        return self._labels[kind]

    @cached_property
    def _sees_names(self) -> bool:
        return sees_personal_fields(self.viewer)

    def _load(self, kind: str) -> None:
        known = self._known.setdefault(kind, {})
        missing = self._wanted.pop(kind, set()) - known.keys()
        if missing and kind in _resolvers:
            known.update(_resolvers[kind](missing, self.viewer))
        for key in missing:
            known.setdefault(key, Person())


def _staff(keys: Collection[Key], viewer: Any) -> dict[Key, Person]:
    ids = {pk for pk in (parse_id(actor) for actor, _ in keys) if pk is not None}
    found = {str(person.pk): person for person in Staff.objects.filter(pk__in=ids)}
    entity = registry.get("staff")
    looks_up = viewer is None or viewer.has_perm(entity.view_permission)
    return {
        (actor, scope): Person(
            role=found[actor].current_role_label, url=entity.url(actor) if looks_up else ""
        )
        for actor, scope in keys
        if actor in found
    }


register_people(ActorKind.STAFF, _staff)
