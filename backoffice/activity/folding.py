"""Neighbouring events of one person that did the same to the same kind of record, as one item.

For the timeline of one record, and only within a page: what goes on beyond it begins anew there.
Everywhere else folds cross pages (`folds`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.activity.catalogue import entity_of, noun
from backoffice.activity.sentences import named_fields, sentence
from backoffice.activity.verbs import get_verb
from backoffice.entities.values import label

if TYPE_CHECKING:
    from backoffice.activity.entries import Line, ShownEntry

FOLDED_FROM = 3
Key = tuple[object, ...]


@dataclass(frozen=True)
class Fold:
    """Several entries under one headline, newest first."""

    line: Line
    entries: list[ShownEntry]

    @property
    def at(self) -> datetime:
        return self.entries[0].at

    @property
    def first_at(self) -> datetime:
        return self.entries[-1].at

    @property
    def scope(self) -> int | None:
        return self.entries[0].scope

    @property
    def actor(self) -> object:
        return self.entries[0].actor


def fold(entries: Sequence[ShownEntry]) -> list[ShownEntry | Fold]:
    """The entries, with each run of at least FOLDED_FROM alike made one."""
    items: list[ShownEntry | Fold] = []
    for key, run in groupby(entries, key=_key):
        alike = list(run)
        if key[0] is not None and len(alike) >= FOLDED_FROM:
            items.append(Fold(_headline(alike), alike))
        else:
            items += alike
    return items


def _key(entry: ShownEntry) -> Key:
    """What neighbours must have in common: the day too, since days have headings."""
    group, event = entry.group, entry.event
    if group is None or entry.shows_outcome:
        return (None, event.id)
    why = (event.reason, event.ticket, event.tool)
    return (entry.actor.filter, group.entity, group.verb, group.fields, *why, entry.day)


def _headline(entries: Sequence[ShownEntry]) -> Line:
    from backoffice.activity.entries import Line

    groups = [entry.group for entry in entries if entry.group is not None]
    records = {group.record_id for group in groups if group.record_id is not None}
    count = len(records) + sum(group.count for group in groups if group.record_id is None)
    first = entries[0].lines[0]
    if count == 1:
        text = sentence(_("%(said)s, %(times)s times"), said=first.text, times=len(entries))
        return Line(text, first.icon, first.tone)
    name, entity = groups[0].entity, entity_of(groups[0].entity)
    labels = [label(entity, field) if entity else field for field in groups[0].fields]
    said = sentence(
        get_verb(groups[0].verb).many,
        actor=entries[0].actor.subject,
        count=f"{count:,}",
        entity=noun(name, count),
        fields=named_fields(labels),
    )
    return Line(sentence(_("%(said)s, one by one"), said=said), first.icon, first.tone)
