"""Steps that can be taken, in order, and all that stood in their way."""

from __future__ import annotations

from dataclasses import dataclass, field

from backoffice.operations.rewriting.conflicts import Conflict
from backoffice.operations.rewriting.steps import INSERT, Key, Step
from backoffice.operations.rewriting.tables import Table
from backoffice.operations.rewriting.writing import renew, write


@dataclass
class Settled:
    """Deletions and insertions, changes wave by wave, and the conflicts with the ways chosen."""

    steps: list[Step] = field(default_factory=list)
    waves: list[list[Step]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    netted: set[int] = field(default_factory=set)

    def write(self) -> None:
        """Carry it out under the open event."""
        renew(self.steps)
        write(self.steps, self.waves)

    @property
    def events(self) -> set[int]:
        """The events that something of is taken back, and those without which it would be other."""
        changes = (step for wave in self.waves for step in wave)
        found = {event for step in (*self.steps, *changes) for event in step.events}
        return found | self.netted if found else found

    def rights(self) -> set[str]:
        """The operations that one must be allowed to do what is written."""
        back = {step.model for step in self.steps if step.kind == INSERT}
        names = {f"{Table.of(model).entity}.resurrect" for model in back}
        return names | {
            f"{Table.of(model).entity}.revert" for model, _pk in self.keys() if model not in back
        }

    def keys(self) -> set[Key]:
        """The records that are written."""
        changes = (step for wave in self.waves for step in wave)
        return {step.key for step in (*self.steps, *changes)}
