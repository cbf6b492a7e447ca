"""Which filters each page of the audit has."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _

from audit import events as declared
from audit.models import Kind, Outcome
from backoffice.activity import verbs
from backoffice.activity.actor_reader import ActorReader
from backoffice.activity.catalogue import tracked_fields
from backoffice.activity.filter_reader import Reader, Reading
from backoffice.entities import registry
from backoffice.entities.entity import Entity
from backoffice.entities.values import label


def read_timeline(request: HttpRequest, entity: Entity, own: bool) -> Reading:
    """The filters of a record's timeline, or of everything inside a boundary."""
    reader = ActorReader(request)
    everything = bool(entity.timeline_boundary) and not own
    others = [other for other in registry.all() if other is not entity]
    _field(reader, [entity, *others] if everything else _family(entity))
    if everything:
        reader.choose("entity", _("Entity"), _entities())
    _verb(reader)
    reader.actor()
    reader.person()
    reader.times()
    return reader.read()


def read_events(request: HttpRequest) -> Reading:
    """The filters of the list of all events."""
    reader = ActorReader(request)
    names = sorted(declared.all_types())
    reader.choose("name", _("Event"), [(name, name) for name in names])
    reader.choose("outcome", _("Outcome"), [(o.value, str(o.label)) for o in Outcome])
    kind = request.GET.get("kind", "")
    reader.choose("kind", _("Kind"), [(k.value, str(k.label)) for k in Kind], kinds=(kind,))
    reader.choose("entity", _("Entity"), _entities())
    reader.kind_of_actor()
    reader.boundary()
    reader.actor()
    reader.record()
    reader.person()
    for name, title in (("ticket", _("Ticket")), ("text", _("Reason"))):
        reader.text(name, title)
    reader.times()
    return reader.read()


# What an address of the activity may hold; views that are saved hold nothing else.
ACTIVITY_PARAMS = (
    *("field", "entity", "verb", "name", "outcome", "by", "scope", "area", "actor"),
    *("person", "text", "since", "until"),
)


def read_activity(request: HttpRequest) -> Reading:
    """The filters of the activity of everyone."""
    reader = ActorReader(request)
    reader.times()
    reader.boundary()
    _verb(reader)
    reader.choose("entity", _("Entity"), _entities())
    _field(reader, registry.all())
    changes = [n for n, event in sorted(declared.all_types().items()) if event.kind == Kind.CHANGE]
    reader.choose("name", _("Operation"), [(name, name) for name in changes])
    reader.choose("outcome", _("Outcome"), [(o.value, str(o.label)) for o in Outcome])
    reader.kind_of_actor()
    reader.actor()
    reader.person()
    reader.text("text", _("Reason"))
    reader.set(kinds=(Kind.CHANGE.value,))
    return reader.read()


def _family(entity: Entity) -> list[Entity]:
    return [entity, *(registry.get(child) for child, _column in entity.timeline_children)]


def _entities() -> list[tuple[str, str]]:
    return [(entity.name, entity.label_plural) for entity in registry.all()]


def _verb(reader: Reader) -> None:
    options = [(verb.name, str(verb.label)) for verb in verbs.all_verbs()]
    reader.choose("verb", _("Change"), options)


def _field(reader: Reader, entities: Sequence[Entity]) -> None:
    """A field of one of these entities: its bare name, or `entity.field` where several have it."""
    options: dict[str, str] = {}
    for entity in entities:
        for name in tracked_fields(entity):
            text = label(entity, name)
            options[f"{entity.name}.{name}"] = (
                f"{entity.label}: {text}" if len(entities) > 1 else text
            )
    value = reader.params.get("field", "")
    entity_name, _dot, name = value.rpartition(".")
    bare = {option.partition(".")[2]: text for option, text in options.items()}
    if value and not entity_name and value in bare:
        options[value] = bare[value].rpartition(": ")[2]
    sets = {"field": name, "entity": entity_name} if entity_name else {"field": value}
    reader.choose("field", _("Field"), list(options.items()), **sets)
