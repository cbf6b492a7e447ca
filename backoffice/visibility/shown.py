"""The parts of a verdict as templates draw them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.activity.people import ShownActor
from backoffice.entities.names import Name
from backoffice.entities.values import Readable
from backoffice.visibility.declarations import FAILED, NOT_REACHED, Check, Condition, Standing
from backoffice.visibility.lapses import Turn
from backoffice.visibility.mending import Mend
from backoffice.visibility.past import Step

ICONS = {FAILED: "cross-circle", NOT_REACHED: "minus-circle"}


@dataclass(frozen=True)
class Setter:
    """Who gave a value or turned the switch, and when; `actor` is None where it is archived."""

    at: datetime
    event_id: int
    actor: ShownActor | None
    made: bool = False

    @property
    def url(self) -> str:
        return reverse("activity-event", args=[self.event_id])


@dataclass(frozen=True)
class ShownValue:
    """A value that a condition asked for: what, from where, who set it, and what mends it."""

    label: str
    value: Readable
    origin: str
    record: Name | None
    history_url: str
    setter: Setter | None = None
    mend: Mend | None = None


@dataclass(frozen=True)
class ShownCheck:
    """One condition of the list."""

    check: Check
    values: list[ShownValue] = field(default_factory=list)
    more: int = 0

    @property
    def condition(self) -> Condition:
        return self.check.condition

    @property
    def failed(self) -> bool:
        return self.check.state == FAILED

    @property
    def icon(self) -> str:
        return ICONS.get(self.check.state, "check-circle")

    @property
    def text(self) -> str:
        return str(self.condition.fault if self.failed else self.condition.label)

    @property
    def state_label(self) -> str:
        """The state in words, since neither colour nor picture may be the only one to say it."""
        words = {FAILED: _("not met"), NOT_REACHED: _("not asked")}
        return words.get(self.check.state, _("met"))


@dataclass(frozen=True)
class Reason:
    """Why it is not visible, or was not until lately: the record to blame, and the step behind."""

    check: Check
    standing: Standing | None
    step: Step | None


@dataclass(frozen=True)
class ShownTurn:
    """Where the record became visible or stopped being so: when, who, to what, and why."""

    turn: Turn
    setter: Setter | None
    record: Name | None
    faults: list[str] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.turn.at
