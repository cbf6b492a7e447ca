"""What a verb of history is called: words for one change, for one record and for many, and a mark.

Sentences name their parts, so that each language puts them where they belong:
`%(actor)s`, `%(entity)s` (what kind of record, singular or plural), `%(what)s` (a record's name),
`%(count)s` and `%(fields)s`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Verb:
    """A declared verb.

    Attributes:
        name: as the capture writes it.
        label: the verb alone, as in "42 articles: hidden".
        here: the sentence on the record's own timeline, where it is clear what was changed.
        one: the sentence about one record somewhere else.
        many: the sentence about several records at once.
        icon, tone: the mark beside it, see console/states.py.
    """

    name: str
    label: Text
    here: Text
    one: Text
    many: Text
    icon: str = "pencil"
    tone: str = "grey"


_verbs: dict[str, Verb] = {}
# What verbs mean in some events: verbs of their own, by which nothing can be filtered.
_meanings: dict[str, dict[str, str]] = {}
_meant: dict[str, Verb] = {}


def register_verb(
    name: str,
    *,
    label: Text,
    here: Text,
    one: Text,
    many: Text,
    icon: str = "pencil",
    tone: str = "grey",
) -> Verb:
    """Add a verb; a name that is taken is refused.

    register_verb("lent", label=_("lent"), here=_("%(actor)s lent it"),
                  one=_("%(actor)s lent %(entity)s %(what)s"),
                  many=_("%(actor)s lent %(count)s %(entity)s"), icon="send")
    """
    if name in _verbs:
        raise ValueError(f"Verb {name!r} is registered already, as {_verbs[name].label!r}.")
    _verbs[name] = Verb(name, label, here, one, many, icon, tone)
    return _verbs[name]


def get_verb(name: str) -> Verb:
    """The verb of that name; "changed" for one that nobody registered, as old history may hold."""
    return _verbs.get(name) or _meant.get(name) or _verbs["changed"]


def verb_label(name: str) -> str:
    """The verb alone; the name itself when nobody registered it."""
    known = _verbs.get(name) or _meant.get(name)
    return str(known.label) if known else name


def read_in(event: str, **verbs: str) -> None:
    """Say that a verb means another in events of this name: `created="resurrected"`.

    Capture sees that a row was made, not that it had been there before.
    """
    _meanings[event] = verbs


def verb_in(event: str, name: str) -> str:
    """What a verb means in events of this name."""
    return _meanings.get(event, {}).get(name, name)


def all_verbs() -> list[Verb]:
    """Every registered verb, in the order of registration."""
    return list(_verbs.values())


register_verb(
    "created",
    label=_("created"),
    here=_("%(actor)s created it"),
    one=_("%(actor)s created %(entity)s %(what)s"),
    many=_("%(actor)s created %(count)s %(entity)s"),
    icon="plus",
    tone="green",
)
register_verb(
    "changed",
    label=_("changed"),
    here=_("%(actor)s changed %(fields)s"),
    one=_("%(actor)s changed %(fields)s of %(entity)s %(what)s"),
    many=_("%(actor)s changed %(fields)s of %(count)s %(entity)s"),
)
register_verb(
    "deleted",
    label=_("deleted for good"),
    here=_("%(actor)s deleted it for good"),
    one=_("%(actor)s deleted %(entity)s %(what)s for good"),
    many=_("%(actor)s deleted %(count)s %(entity)s for good"),
    icon="cross-circle",
    tone="red",
)
# Records that were there before their table was captured (audit/adoption.py).
register_verb(
    "adopted",
    label=_("taken under capture"),
    here=_("%(actor)s took it under capture"),
    one=_("%(actor)s took %(entity)s %(what)s under capture"),
    many=_("%(actor)s took %(count)s %(entity)s under capture"),
    icon="plus",
)
# No capture writes it: what "created" means of a record that had been there before.
_meant["resurrected"] = Verb(
    "resurrected",
    label=_("brought back"),
    here=_("%(actor)s brought it back"),
    one=_("%(actor)s brought %(entity)s %(what)s back"),
    many=_("%(actor)s brought %(count)s %(entity)s back"),
    icon="restore",
    tone="green",
)
