"""What stands in the way of putting a record back, and what can be chosen about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backoffice.operations.rewriting.reading import Mark
from backoffice.operations.rewriting.tables import Model

# So many conflicts have a choice of their own on a page; one choice may be made for all of a kind.
SINGLE = 100


class Way(StrEnum):
    """What is done about a conflict: a record is left as it is unless one says otherwise."""

    LEAVE = "leave"
    RESTORE = "restore"
    FREE = "free"
    EMPTY = "empty"
    PARENT = "parent"
    TOP = "top"
    NEW_ID = "new_id"


class Kind(StrEnum):
    """Why a record cannot simply be put back."""

    LATER = "later"
    REMADE = "remade"
    GONE = "gone"
    AGAIN = "again"
    TAKEN = "taken"
    MISSING = "missing"
    FILLED = "filled"
    RETIRED = "retired"
    BUSY = "busy"
    UNKNOWN = "unknown"


WAYS: dict[Way, str | Promise] = {
    Way.LEAVE: _("leave it as it is"),
    Way.RESTORE: _("put the old one back"),
    Way.FREE: _("restore it with a free one"),
    Way.EMPTY: _("restore it without"),
    Way.PARENT: _("bring that back as well"),
    Way.TOP: _("restore it without a place there"),
    Way.NEW_ID: _("restore it with a new id"),
}
KINDS: dict[Kind, str | Promise] = {
    Kind.LATER: _("Changed since by others"),
    Kind.REMADE: _("Changed since they were made"),
    Kind.GONE: _("Deleted since"),
    Kind.AGAIN: _("There again: the id is taken"),
    Kind.TAKEN: _("Another record has the same now"),
    Kind.MISSING: _("What they stood in or belonged to is gone"),
    Kind.FILLED: _("Something was put into them since"),
    Kind.RETIRED: _("Fields that are no longer kept"),
    Kind.BUSY: _("Changed very often since"),
    Kind.UNKNOWN: _("Nobody knows what they were before"),
}


@dataclass(frozen=True)
class Conflict:
    """One record, or one field of it, that cannot simply be put back.

    Attributes:
        names: the fields that it is about; empty for the whole record.
        ways: what can be chosen, what happens by itself first.
        way: what was chosen, or happens by itself.
        since: the version that changed it since; source: the history row that holds the old value.
        other: the record that stands in the way, or that is missing, as (model, id).
        events: the chosen events that this is about.
    """

    kind: Kind
    model: Model
    entity: str
    pk: int
    names: tuple[str, ...] = ()
    ways: tuple[Way, ...] = (Way.LEAVE,)
    way: Way = Way.LEAVE
    since: Mark | None = None
    source: int | None = None
    other: tuple[Model, int] | None = None
    events: frozenset[int] = frozenset()

    @property
    def leaves(self) -> bool:
        """Whether something stays as it is because of it."""
        return self.way == Way.LEAVE

    @property
    def id(self) -> str:
        """What it is called in a form: kind, entity, record, field."""
        return "-".join((self.kind, self.entity, str(self.pk), *self.names[:1]))


class Choices:
    """What somebody chose: for single conflicts, or for all of a kind."""

    def __init__(self, chosen: Mapping[str, Any] | None = None) -> None:
        self.chosen = {name: str(way) for name, way in (chosen or {}).items() if way}

    def of(self, conflict_id: str, ways: Iterable[Way]) -> Way:
        """The way chosen for a conflict, if it is one of these; the first of them otherwise."""
        possible = list(ways)
        kind = conflict_id.partition("-")[0]
        for name in (f"one-{conflict_id}", f"all-{kind}"):
            way = self.chosen.get(name, "")
            if way in {str(one) for one in possible}:
                return Way(way)
        return possible[0]

    def of_kind(self, kind: Kind) -> str:
        return self.chosen.get(f"all-{kind}", "")


_ONE = re.compile(r"one-[a-z]{3,8}-[a-z_]{1,40}-[1-9][0-9]{0,18}(-[a-z_0-9]{1,63})?")


class ChoicesForm(forms.Form):
    """Reads choices: a field for each kind of conflict, and one for each single one that is named.

    They are drawn with the conflicts on the preview's page, and travel hidden elsewhere.
    """

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        names = [f"all-{kind}" for kind in Kind]
        names += [name for name in (data or {}) if _ONE.fullmatch(str(name))][:SINGLE]
        for name in names:
            self.fields[name] = forms.ChoiceField(
                choices=[("", ""), *((str(way), way) for way in Way)],
                required=False,
                widget=forms.HiddenInput,
            )

    @property
    def choices(self) -> Choices:
        """What was chosen; nothing while the form is not valid."""
        return Choices(chosen_of(getattr(self, "cleaned_data", {})))


def chosen_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """The choices among an order's parameters."""
    return {name: way for name, way in params.items() if name.startswith(("one-", "all-"))}
