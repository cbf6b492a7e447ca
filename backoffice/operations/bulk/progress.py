"""How far a run is, and how long it will take, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.operations.bulk.models import BulkRun, RunState
from backoffice.operations.bulk.tasks import SILENCE

# From how many minutes on hours are told.
LONG = 90


@dataclass(frozen=True)
class Progress:
    """A run's progress: `share` of 100, the records a second, what is left, and since when."""

    run: BulkRun

    @property
    def share(self) -> int:
        of = self.run.of
        return min(100, self.run.dealt_with * 100 // of) if of else 0

    @property
    def rate(self) -> str:
        """Records a second, or a minute where they are few; "" while nothing is known."""
        rate = self.run.rate
        if not self._moves:
            return ""
        if rate < 1:
            return _("%s records a minute") % f"{rate * 60:.0f}"
        return _("%s records a second") % f"{rate:,.0f}"

    @property
    def _moves(self) -> bool:
        """Whether a worker is at it and does not wait for anything."""
        run = self.run
        return bool(run.rate) and run.state == RunState.RUNNING and not run.waits_for

    @property
    def left(self) -> str:
        """About how long it will still take; "" where nobody can say."""
        run = self.run
        if not self._moves:
            return ""
        seconds = (run.of - run.dealt_with) / run.rate
        if seconds < 60:
            return _("less than a minute left")
        minutes = round(seconds / 60)
        if minutes < LONG:
            return ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes) % {
                "n": minutes
            }
        hours = round(minutes / 60)
        return ngettext("about %(n)d hour left", "about %(n)d hours left", hours) % {"n": hours}

    @property
    def is_silent(self) -> bool:
        """Whether nobody has worked on it for longer than a worker ever rests."""
        silence = timezone.now() - self.run.heartbeat_at
        return self.run.is_at_work and silence.total_seconds() > SILENCE
