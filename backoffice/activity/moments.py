"""The moments at which records are looked at: as addresses hold them and people choose them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.moments import Around
from backoffice.activity.filter_reader import parse_moment
from backoffice.console.paths import path_of
from backoffice.entities.entity import Entity

# A moment just before another; history tells microseconds apart.
INSTANT = timedelta(microseconds=1)
# How far a browser's clock, or a moment rounded up, may be ahead.
AHEAD = timedelta(minutes=1)


@dataclass(frozen=True)
class Choice:
    """A moment that is asked for often."""

    label: str
    url: str


def text_of(at: datetime) -> str:
    """A moment as an address holds it, to the microsecond."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def input_of(at: datetime) -> str:
    """A moment as a form's field holds it: in the console's zone, no second earlier than it is."""
    up = at + timedelta(seconds=1) - INSTANT
    return f"{timezone.localtime(up):%Y-%m-%dT%H:%M:%S}"


def as_of_url(entity: Entity, pk: object, at: datetime | None = None) -> str:
    """Where a record is shown as it was at a moment; the page chooses one when none is given."""
    url = path_of("activity-as-of", pk, (entity.slug,))
    return f"{url}?at={quote(text_of(at))}" if at else url


def read_moment(text: str) -> tuple[datetime | None, str]:
    """The moment that an address asks for, and what is wrong with it; a day means its end."""
    at = parse_moment(text.strip(), ends=True)
    if at is None:
        problem = _("“%s” is no date. Write it as 2026-11-24 or 2026-11-24T15:30.")
        return None, problem % text[:40]
    now = timezone.now()
    if at <= now + AHEAD:
        return min(at, now), ""
    begins = parse_moment(text.strip(), ends=False)
    if begins is not None and begins < now:  # Today, which has not ended.
        return now, ""
    return None, _("That moment is still to come. Choose one that has passed.")


def choices(entity: Entity, pk: object, around: Around) -> list[Choice]:
    """Quick choices: by the clock, and by what happened to the record."""
    now = timezone.now()
    found = [
        Choice(_("an hour ago"), as_of_url(entity, pk, now - timedelta(hours=1))),
        Choice(_("yesterday at this time"), as_of_url(entity, pk, now - timedelta(days=1))),
        Choice(_("a week ago"), as_of_url(entity, pk, now - timedelta(days=7))),
        Choice(_("30 days ago"), as_of_url(entity, pk, now - timedelta(days=30))),
    ]
    if around.newest and around.first and around.newest != around.first:
        before = as_of_url(entity, pk, around.newest.at - INSTANT)
        found.append(Choice(_("before the latest change"), before))
    if around.first:
        found.append(Choice(_("when it was created"), as_of_url(entity, pk, around.first.at)))
    return found
