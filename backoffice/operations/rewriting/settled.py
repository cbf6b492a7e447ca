"""Steps that can be taken, in order, and all that stood in their way."""

from __future__ import annotations

from dataclasses import dataclass, field

from backoffice.operations.rewriting.conflicts import Conflict
from backoffice.operations.rewriting.steps import Key, Step
from backoffice.operations.rewriting.writing import renew, write


@dataclass
class Settled:
    """Deletions and insertions, changes wave by wave, and the conflicts with the ways chosen."""

    steps: list[Step] = field(default_factory=list)
    waves: list[list[Step]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    def write(self) -> None:
        """Carry it out under the open event."""
        renew(self.steps)
        write(self.steps, self.waves)

    @property
    def events(self) -> set[int]:
        """The events that something of is taken back."""
        changes = (step for wave in self.waves for step in wave)
        return {event for step in (*self.steps, *changes) for event in step.events}

    def keys(self) -> set[Key]:
        """The records that are written."""
        changes = (step for wave in self.waves for step in wave)
        return {step.key for step in (*self.steps, *changes)}
