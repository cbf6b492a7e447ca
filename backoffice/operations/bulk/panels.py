"""Where people find runs: the home page while one is open, and the navigation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice.console import navigation, panels, states
from backoffice.operations.bulk.models import OPEN

SHOWN = 5


def running_now(request: HttpRequest) -> dict[str, Any] | None:
    """The person's runs that have not ended, and previews that wait for their word."""
    from backoffice.operations.bulk.access import runs_of
    from backoffice.operations.bulk.shown import ShownRun

    found = runs_of(request.user).filter(state__in=OPEN)[:SHOWN]
    runs = [ShownRun(request.user, run) for run in found]
    return {"runs": runs} if runs else None


def register() -> None:
    """Once, when the app is ready."""
    panels.register("runs", _("Running now"), "bulk/_panel.html", running_now, 5)
    navigation.register("work", _("Runs"), "bulk-runs", "play", 40)
    states.register_state("running", "play", "accent", _("Running"))
    states.register_state("paused", "pause", "amber", _("Paused"))
    states.register_state("finished", "check-circle", "green", _("Finished"))
    states.register_state("new", "clock", "grey", _("Not looked at"))
    states.register_state("ready", "clock", "grey", _("To be done"))
    states.register_state("left_out", "minus-circle", "slate", _("Left out"))
    states.register_state("done", "check-circle", "green", _("Done"))
