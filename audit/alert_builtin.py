"""The rules that hold for every area; their thresholds are settings (README.md, ALERT_…)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit import events
from audit.alert_rules import Finding, Rule, register
from audit.alert_streams import FILE, Stream, Window
from audit.statements import statement

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REMOVING = ["deleted", "trashed", "hidden"]
# Of a longer backlog only so many are counted.
MOST_COUNTED = 10_000


def _removing_windows() -> list[Window]:
    return [
        Window(HOUR, settings.ALERT_REMOVALS_PER_HOUR),
        Window(DAY, settings.ALERT_REMOVALS_PER_DAY),
    ]


removing = Stream("effects", _removing_windows, DAY, lambda: {"verbs": REMOVING})
register(
    Rule(
        name="mass_removal",
        label=gettext_lazy("Many records deleted or hidden by one person"),
        sentence=lambda count: ngettext(
            "%(actor)s deleted or hid %(count)s record",
            "%(actor)s deleted or hid %(count)s records",
            count,
        ),
        limits=lambda: (
            _("%(hour)s within an hour, or %(day)s within a day, also one by one")
            % {
                "hour": f"{settings.ALERT_REMOVALS_PER_HOUR:,}",
                "day": f"{settings.ALERT_REMOVALS_PER_DAY:,}",
            }
        ),
        evaluate=removing.findings,
        quiet=removing.quiet,
    )
)

exporting = Stream(
    "exports",
    lambda: [Window(DAY, settings.ALERT_EXPORTED_PER_DAY)],
    DAY,
    lambda: {"names": [name for name in events.all_types() if name.endswith(".exported")]},
)
register(
    Rule(
        name="large_export",
        label=gettext_lazy("Exports of unusual size"),
        sentence=lambda count: ngettext(
            "%(actor)s exported %(count)s line",
            "%(actor)s exported %(count)s lines",
            count,
        ),
        limits=lambda: (
            _("%(lines)s lines within a day") % {"lines": f"{settings.ALERT_EXPORTED_PER_DAY:,}"}
        ),
        evaluate=exporting.findings,
        quiet=exporting.quiet,
        link={"kind": "read"},
        reads=True,
    )
)

refusing = Stream("refusals", lambda: [Window(HOUR, settings.ALERT_REFUSALS_PER_HOUR)], HOUR)
register(
    Rule(
        name="refusals",
        label=gettext_lazy("Repeated refusals of one person"),
        sentence=lambda count: ngettext(
            "%(actor)s was refused %(count)s time",
            "%(actor)s was refused %(count)s times",
            count,
        ),
        limits=lambda: (
            _("%(count)s refusals within an hour") % {"count": settings.ALERT_REFUSALS_PER_HOUR}
        ),
        evaluate=refusing.findings,
        quiet=refusing.quiet,
        link={"outcome": "denied"},
        reads=True,
    )
)

bare_roles = Stream(
    "bare_roles",
    lambda: [Window(HOUR, settings.ALERT_ROLE_CHANGES_PER_HOUR)],
    DAY,
    lambda: {"migrations": settings.MIGRATION_APPLICATION},
)
register(
    Rule(
        name="bare_role",
        label=gettext_lazy("Changes by a bare database role"),
        sentence=lambda count: ngettext(
            "%(actor)s made %(count)s change without saying who was behind it",
            "%(actor)s made %(count)s changes without saying who was behind them",
            count,
        ),
        limits=lambda: (
            _("changes within an hour: %(count)s") % {"count": settings.ALERT_ROLE_CHANGES_PER_HOUR}
        ),
        evaluate=bare_roles.findings,
        quiet=bare_roles.quiet,
    )
)


def unsealed() -> tuple[int, datetime | None]:
    """How many events wait for a seal (at most MOST_COUNTED), and since when the oldest."""
    with connections["default"].cursor() as cursor:
        cursor.execute(statement(FILE, "unsealed").as_string(None), {"most": MOST_COUNTED})
        count, oldest = cursor.fetchone()
    return count, oldest


def _backlog(since: datetime, until: datetime) -> list[Finding]:
    """Whether sealing lags behind now; what was waiting in the past is not known any more."""
    count, oldest = unsealed()
    if oldest is None or until - oldest < timedelta(minutes=settings.ALERT_UNSEALED_MINUTES):
        return []
    return [Finding("seals", count, oldest, until)]


register(
    Rule(
        name="unsealed",
        label=gettext_lazy("Events that are not sealed"),
        sentence=lambda count: ngettext(
            "%(count)s event waits for its seal",
            "%(count)s events wait for their seal",
            count,
        ),
        limits=lambda: (
            _("the oldest waits for more than %(minutes)s minutes")
            % {"minutes": f"{settings.ALERT_UNSEALED_MINUTES:g}"}
        ),
        evaluate=_backlog,
        quiet=HOUR,
        looks_back=False,
    )
)
