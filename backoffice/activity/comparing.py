"""Two versions of one record and what is between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from audit.history_tables import Version
from audit.moments import Around, around, complete_version, newest_version, version_before
from audit.paging import Position
from backoffice.accounts.access import may_see_scope
from backoffice.activity.as_of import entry_of
from backoffice.activity.catalogue import tracked_fields
from backoffice.activity.changes import Changes, ShownChange
from backoffice.activity.entries import ShownEntry
from backoffice.activity.moments import as_of_url
from backoffice.activity.records import Traced
from backoffice.entities.access import parse_id
from backoffice.entities.values import Readable, label

NOW = "now"


@dataclass(frozen=True)
class Side:
    """One of the two versions, with the event that made it."""

    version: Version
    entry: ShownEntry
    as_of_url: str
    is_newest: bool


@dataclass(frozen=True)
class Comparison:
    """What the page shows; `same` are the fields that do not differ, where they are asked for."""

    old: Side
    new: Side
    changes: list[ShownChange]
    same: list[tuple[str, Readable]] = field(default_factory=list)
    swap_url: str = ""
    before_url: str = ""
    after_url: str = ""


class Comparer:
    """Reads what the address asks for, for one reader."""

    def __init__(self, request: HttpRequest, traced: Traced) -> None:
        self.viewer: Any = request.user
        self.params, self.traced = request.GET, traced
        self.model, self.pk = traced.entity.model, traced.record.pk

    def read(self) -> Comparison:
        """Both versions: `to` is now and `from` the one before it, where they are not named."""
        new = self._named("to") or self._open(newest_version(self.model, self.pk))
        if new is None:
            raise Http404(_("Nothing is known of its versions."))
        old = self._named("from") or self._open(version_before(new)) or new
        newest = around(self.model, self.pk, Position(new.at, new.history_id))
        changes = Changes(self.viewer, whole=True)
        changes.learn(self.traced.record)
        found = changes.between(old, new)
        return Comparison(
            old=self._side(old, newest),
            new=self._side(new, newest),
            changes=found,
            same=self._same(changes, new, found) if self.params.get("fields") == "all" else [],
            swap_url=self._url(new, old) if old.history_id != new.history_id else "",
            before_url=self._step(old, old, "previous"),
            after_url=self._step(new, new, "next", newest),
        )

    def _named(self, name: str) -> Version | None:
        text = self.params.get(name, "").strip()
        if not text:
            return None
        if text == NOW:
            return self._open(newest_version(self.model, self.pk))
        number = parse_id(text)
        if number is None:
            raise BadRequest(_("“%s” is no version.") % text[:40])
        found = self._open(complete_version(self.model, self.pk, number))
        if found is None:
            raise BadRequest(_("This record has no version %s.") % number)
        return found

    def _open(self, version: Version | None) -> Version | None:
        """The version, if it stood in a scope that the reader may know of."""
        is_open = version is not None and may_see_scope(self.viewer, version.scope)
        return version if is_open else None

    def _side(self, version: Version, found: Around) -> Side:
        newest = found.newest
        return Side(
            version=version,
            entry=entry_of(self.viewer, self.traced, version),
            as_of_url=as_of_url(self.traced.entity, self.pk, version.at),
            is_newest=newest is not None and newest.history_id == version.history_id,
        )

    def _same(
        self, changes: Changes, version: Version, found: list[ShownChange]
    ) -> list[tuple[str, Readable]]:
        differing = {change.name for change in found}
        names = [n for n in tracked_fields(self.traced.entity) if n not in differing]
        return [
            (label(self.traced.entity, name), changes.value(version, name))
            for name in names
            if name in version.values
        ]

    def _step(self, old: Version, new: Version, way: str, found: Around | None = None) -> str:
        """The same look at the neighbouring pair: the version beside this one, and this one."""
        found = found or around(self.model, self.pk, Position(old.at, old.history_id))
        mark = getattr(found, way)
        if mark is None or not may_see_scope(self.viewer, mark.scope):
            return ""
        pair = (mark.history_id, new.history_id)
        return self._address(*(pair if way == "previous" else pair[::-1]))

    def _url(self, old: Version, new: Version) -> str:
        return self._address(old.history_id, new.history_id)

    def _address(self, old: int, new: int) -> str:
        url = reverse("activity-compare", args=[self.traced.entity.slug, self.pk])
        fields = str(self.params.get("fields", ""))
        params = {"from": str(old), "to": str(new), "fields": fields}
        return f"{url}?{urlencode({name: text for name, text in params.items() if text})}"
