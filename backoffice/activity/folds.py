"""Folds as pages show them: one row for what one actor did in a row, and a page for each.

`question_of` makes of a reader's filters what `audit.folds` is asked; `FoldedPage` draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.event_filters import EventFilters
from audit.feeds import Group, entries_of
from audit.folds import Fold, Sum, folded_page, sums_of
from audit.paging import Position
from audit.questions import Question
from audit.selectors import last_versions
from backoffice.activity.catalogue import entity_of, has_pages, may_view, noun
from backoffice.activity.entries import Line, ShownEntry
from backoffice.activity.feed import FeedPage, in_order
from backoffice.activity.fold_addresses import fold_url
from backoffice.activity.fold_rows import FoldedTimeline, Place, ShownFold
from backoffice.activity.sentences import sentence
from backoffice.activity.verbs import verb_in
from backoffice.entities import registry
from backoffice.entities.entity import Entity
from backoffice.entities.names import Name

AREAS_SHOWN = 3


def question_of(filters: EventFilters) -> Question:
    """What the folds of a page are asked for: children go along with their records."""
    children = {child for entity in registry.all() for child, _column in entity.timeline_children}
    return Question(filters, sorted(children))


def folded(
    viewer: Any, filters: EventFilters, cursor: Position | None, limit: int, record: Any = None
) -> FoldedTimeline:
    """A page of the activity that passes these filters, which hold what the reader may know of.

    Args: record: the record that is the boundary, if a page already has it.
    """
    question = question_of(filters)
    page = folded_page(question, cursor, limit)
    shown = FoldedPage(viewer, question)
    if record is not None:
        shown.changes.learn(record)
    return FoldedTimeline(shown.items(page.rows), page.next, page.looked_back_to)


class FoldedPage(FeedPage):
    """Folds as rows, for one reader."""

    def __init__(self, viewer: Any, question: Question) -> None:
        super().__init__(viewer, question.filters.boundary)
        self.question = question

    def items(self, folds: Sequence[Fold]) -> list[ShownEntry | ShownFold]:
        """Each fold of one event as its entry, the others as one row; events gone are left out."""
        found = entries_of([fold.newest for fold in folds], self.question.filters)
        known = [fold for fold in folds if fold.newest.id in found]
        several = [fold for fold in known if len(fold.places) > 1 or fold.goes_on]
        sums = {id(f): s for f, s in zip(several, sums_of(self.question, several), strict=True)}
        self._want(sums.values())
        # What single events did is shown with its values; of a fold only the sum is.
        heads = {
            id(fold): replace(found[fold.newest.id], groups=[])
            if id(fold) in sums
            else found[fold.newest.id]
            for fold in known
        }
        shown = self.shown([heads[id(fold)] for fold in known], self._scopes(known, sums))
        return [
            self._fold(fold, entry, sums[id(fold)]) if id(fold) in sums else entry
            for fold, entry in zip(known, shown, strict=True)
        ]

    def _scopes(self, folds: Sequence[Fold], sums: dict[int, list[Sum]]) -> list[int | None]:
        """The scope by which each fold's actor is told from namesakes; None where it is open."""
        found: list[int | None] = []
        for fold in folds:
            scopes = {scope for part in sums.get(id(fold), ()) for scope in part.scopes}
            found.append(scopes.pop() if len(scopes) == 1 else None)
        return found

    def _want(self, sums: Any) -> None:
        """Names of records and areas are asked for once for all folds."""
        gone: dict[str, set[int]] = {}
        area = area_entity()
        for part in (part for parts in sums for part in parts):
            if area is not None and part.area is not None:
                self.names.want(area.name, part.area)
            for pk in part.records:
                self.names.want(part.entity, pk)
                if part.verb == "deleted":
                    gone.setdefault(part.entity, set()).add(pk)
        for name, keys in gone.items():
            entity = entity_of(name)
            if entity is not None and has_pages(entity):
                for version in last_versions(entity.model, sorted(keys)).values():
                    self.names.want_version(version)

    def _fold(self, fold: Fold, entry: ShownEntry, sums: list[Sum]) -> ShownFold:
        groups = in_order(_added_up(sums))
        main = [s for s in sums if groups and (s.entity, s.verb) == _kind(groups[0])]
        places = self._places(main)
        lines = self._fold_lines(fold, entry, groups, len(places))
        records = self._records(main)
        url = fold_url(fold.newest, self.question.filters)
        return ShownFold(
            fold=fold,
            newest=entry,
            lines=lines,
            groups=groups,
            places=places[:AREAS_SHOWN],
            more_places=max(0, len(places) - AREAS_SHOWN),
            records=records,
            more_records=max(0, groups[0].count - len(records)) if groups else 0,
            url=url,
            part_url=f"{url}&part=events",
        )

    def _places(self, sums: Sequence[Sum]) -> list[Place]:
        area = area_entity()
        if area is None or not may_view(self.viewer, area.name):
            return []
        return [
            Place(self.names.of(area.name, part.area), part.count)
            for part in sums
            if part.area is not None
        ]

    def _records(self, sums: Sequence[Sum]) -> list[Name]:
        keys = {(part.entity, pk): None for part in sums for pk in part.records}
        return [self.names.of(name, pk) for name, pk in list(keys)[:AREAS_SHOWN]]

    def _fold_lines(
        self, fold: Fold, entry: ShownEntry, groups: list[Group], areas: int
    ) -> list[Line]:
        times = f"{len(fold.places):,}"
        groups = [replace(one, verb=verb_in(entry.event.name, one.verb)) for one in groups]
        # Work in parts is told by what it did, however its end is told.
        in_parts = entry.event.parent_id is not None
        if not groups or groups[0].count == 1 or (entry.shows_outcome and not in_parts):
            first = self._group_line(entry.actor, groups[0]) if groups else entry.lines[0]
            text = sentence(_("%(said)s, %(times)s times"), said=first.text, times=times)
            return [Line(text, first.icon, first.tone)]
        first = self._group_line(entry.actor, groups[0])
        text = first.text
        area = area_entity()
        if areas > 1 and area is not None:
            places = _("%(count)s %(entity)s") % {"count": areas, "entity": noun(area.name, areas)}
            text = sentence(_("%(said)s in %(places)s"), said=text, places=places)
        if groups[0].count == len(fold.places):
            text = sentence(_("%(said)s, one by one"), said=text)
        else:
            count = len(fold.places)
            steps = ngettext("%(said)s, in %(times)s step", "%(said)s, in %(times)s steps", count)
            text = sentence(steps, said=text, times=times)
        lines = [Line(text, first.icon, first.tone)]
        return [*lines, *(self._further_line(group) for group in groups[1:4])]


def area_entity() -> Entity | None:
    """The entity whose records are the areas, if an area has declared one."""
    found = (entity for entity in registry.all() if entity.timeline_boundary == "area")
    return next(found, None)


def _kind(group: Group) -> tuple[str, str]:
    return group.entity, group.verb


def _added_up(sums: Sequence[Sum]) -> list[Group]:
    """What a fold did, whatever the area; one record is named."""
    kinds: dict[tuple[str, str], list[Sum]] = {}
    for part in sums:
        kinds.setdefault((part.entity, part.verb), []).append(part)
    groups = []
    for (entity, verb), parts in kinds.items():
        count = sum(part.count for part in parts)
        records = {pk for part in parts for pk in part.records}
        single = records.pop() if count == 1 and len(records) == 1 else None
        names = dict.fromkeys(name for part in parts for name in part.fields)
        groups.append(Group(entity, verb, tuple(names), count, single))
    return groups
