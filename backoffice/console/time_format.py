"""Times as people read them: how long ago, and the moment itself with its zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

MINUTE, HOUR, DAY = 60, 3_600, 86_400
MONTH, YEAR = 30 * DAY, 365 * DAY
WEEKDAYS = (
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
)


@dataclass(frozen=True)
class Local:
    """A moment in the zone of the console, each of its forms worked out in one go.

    Attributes: absolute: `2026-11-24 15:23 KST`; exact: to the second, with the zone's distance
    from UTC; clock: `15:23`; zone: `KST`.
    """

    absolute: str
    exact: str
    clock: str
    zone: str

    @classmethod
    def of(cls, moment: datetime) -> Local:
        text = timezone.localtime(moment).strftime("%Y-%m-%d %H:%M %S %Z %z")
        day, clock, seconds, zone, offset = text.split(" ")
        exact = f"{day} {clock}:{seconds} {zone} (UTC{offset[:3]}:{offset[3:]})"
        return cls(f"{day} {clock} {zone}", exact, clock, zone)


def absolute(moment: datetime, seconds: bool = False) -> str:
    """Return the moment in the zone of the console: `2026-11-24 15:23 KST`."""
    local = Local.of(moment)
    return local.exact.partition(" (")[0] if seconds else local.absolute


def with_offset(moment: datetime) -> str:
    """Return the moment to the second, with the zone's name and its distance from UTC."""
    return Local.of(moment).exact


def clock(moment: datetime) -> str:
    """Return hours and minutes: `15:23`."""
    return Local.of(moment).clock


def relative(moment: datetime, now: datetime | None = None) -> str:
    """Return how long ago (or in how long) a moment is, in one unit: `3 hours ago`."""
    distance = (now or timezone.now()) - moment
    seconds = int(abs(distance) / timedelta(seconds=1))
    if seconds < MINUTE:
        return _("just now")
    amount = _amount(seconds)
    return (_("%s ago") if distance > timedelta(0) else _("in %s")) % amount


def _amount(seconds: int) -> str:
    if seconds < HOUR:
        count = seconds // MINUTE
        return ngettext("%d minute", "%d minutes", count) % count
    if seconds < DAY:
        count = seconds // HOUR
        return ngettext("%d hour", "%d hours", count) % count
    if seconds < MONTH:
        count = seconds // DAY
        return ngettext("%d day", "%d days", count) % count
    if seconds < YEAR:
        count = min(seconds // MONTH, 11)
        return ngettext("%d month", "%d months", count) % count
    count = seconds // YEAR
    return ngettext("%d year", "%d years", count) % count


def day(moment: datetime, now: datetime | None = None) -> str:
    """Return the heading of a day in a timeline: `Today`, `Yesterday`, or the date and weekday."""
    that, today = timezone.localdate(moment), timezone.localdate(now or timezone.now())
    if that == today:
        return _("Today")
    if that == today - timedelta(days=1):
        return _("Yesterday")
    return f"{that:%Y-%m-%d} ({WEEKDAYS[that.weekday()]})"


def age(seconds: float) -> str:
    """Return how old data is at most, exact while it is young: `0.4 s`, `12 s`, `3 minutes`."""
    if seconds < 10:
        return _("%.1f s") % max(seconds, 0.1)
    if seconds < MINUTE:
        return _("%d s") % seconds
    return _amount(int(seconds))
