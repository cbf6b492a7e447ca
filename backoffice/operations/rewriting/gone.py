"""Records that are gone for good, as the targets of bringing them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.selectors import last_versions
from backoffice.activity.catalogue import timeline_url
from backoffice.activity.records import RecordNames
from backoffice.entities.entity import Entity
from backoffice.operations.rewriting import reading
from backoffice.operations.rewriting.reading import End
from backoffice.operations.rewriting.scopes import open_scopes
from backoffice.operations.rewriting.tables import Table
from backoffice.operations.rewriting.works import Work
from backoffice.operations.targets import SHOWN, Choice, Records

if TYPE_CHECKING:
    from backoffice.operations.performers import Performer


@dataclass(frozen=True)
class GoneRecord:
    """One target: how it ended; None where it stands again. All of an order share their work."""

    pk: int
    end: End | None
    work: Work


class Gone(Records):
    """Records whose newest version ended them, in scopes that are open to the performer.

    Those that stand are known too, as far as they are open: for the pages, and to be told so.
    """

    def __init__(self, entity: Entity, resurrect: Any) -> None:
        super().__init__(entity)
        self.resurrect = resurrect

    @property
    def table(self) -> Table:
        return Table.of(self.entity.model)

    def url(self, key: int) -> str:
        """Of one that is gone its page says so, and leads on."""
        return self.entity.url(key)

    def ends(self, performer: Performer, keys: Sequence[int]) -> dict[int, End]:
        """Those that are gone and that the performer may know of."""
        staff = getattr(performer, "staff", None)
        if staff is not None and not staff.has_perm(self.entity.view_permission):
            return {}
        found = reading.ends_of(self.table, keys)
        open_ones = open_scopes(performer, {end.scope for end in found.values()})
        return {pk: end for pk, end in found.items() if end.scope in open_ones}

    def known(self, performer: Performer, keys: Sequence[int]) -> set[int]:
        return super().known(performer, keys) | set(self.ends(performer, keys))

    def lock(self, performer: Performer, keys: Sequence[int]) -> list[GoneRecord]:
        """There is nothing to lock of what is gone: two who bring it back meet at its id."""
        ends, stands = self.ends(performer, keys), super().known(performer, keys)
        work = Work(lambda choices, params: self.resurrect.planned(ends, choices, params))
        return [GoneRecord(key, ends.get(key), work) for key in sorted({*ends, *stands})]

    def scopes(self, performer: Performer, keys: Sequence[int]) -> list[int]:
        found = {end.scope for end in self.ends(performer, keys).values()}
        return sorted({*super().scopes(performer, keys), *(s for s in found if s is not None)})

    def choices(
        self, staff: Any, keys: Sequence[int], reasons: Mapping[int, str] | None = None
    ) -> list[Choice]:
        """By the names that they had last; their timelines are still there."""
        from backoffice.operations.performers import StaffPerformer

        wanted = sorted(self.known(StaffPerformer(staff), list(keys)[:SHOWN]))
        names = RecordNames(staff)
        for version in last_versions(self.entity.model, wanted, "default").values():
            names.want_version(version)
        return [
            Choice(
                key,
                names.of(self.entity.name, key).text,
                timeline_url(self.entity, key),
                names.states(self.entity.name, key),
                (reasons or {}).get(key, ""),
            )
            for key in wanted
        ]
