"""Filters of timelines, events and activity, read from the address and shown as chips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from audit.event_filters import EventFilters
from audit.paging import Position
from backoffice.activity.catalogue import entity_of, noun
from backoffice.entities.access import parse_id
from backoffice.entities.addresses import Address

LONGEST_TEXT = 100
CURSOR = "before"


@dataclass(frozen=True)
class Choice:
    """One entry of a filter's menu."""

    label: str
    url: str
    is_on: bool = False


@dataclass(frozen=True)
class Input:
    """A field of a filter's menu that is typed."""

    name: str
    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True)
class Menu:
    """A filter: choices to click, fields to type, or both."""

    label: str
    choices: list[Choice] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)


@dataclass(frozen=True)
class Chip:
    """A filter that is on, with the address without it."""

    label: str
    value: str
    url: str


@dataclass
class Reading:
    """The filters of one request.

    `problems` are what could not be read, in words: then nothing is shown, so that no other rows
    are taken for what was asked for. `kept` is what the form of typed filters carries along,
    `suggestions` are people that a typed name may mean, `takes_scope` whether a scope narrows.
    """

    filters: EventFilters = field(default_factory=EventFilters)
    menus: list[Menu] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    typed: list[Input] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    suggestions: list[Choice] = field(default_factory=list)
    takes_scope: bool = False
    clear_url: str = ""


def cursor_of(request: HttpRequest) -> Position | None:
    """Where the page begins; BadRequest for what is no position."""
    text = request.GET.get(CURSOR, "")
    if not text:
        return None
    try:
        return Position.parse(text)
    except ValueError as error:
        raise BadRequest(str(error)) from None


class Reader:
    """Reads the filters that a page has, in the order in which they are to stand."""

    def __init__(self, request: HttpRequest) -> None:
        self.params, self.address = request.GET, Address(request)
        self.viewer: Any = request.user
        self.reading = Reading(clear_url=request.path)

    def read(self) -> Reading:
        """All that was read, when every filter has been."""
        typed = [field.name for field in self.reading.typed]
        typed += [field.name for menu in self.reading.menus for field in menu.inputs]
        self.reading.kept = self.address.kept(typed)
        return self.reading

    def choose(
        self, name: str, title: str, options: Sequence[tuple[str, str]], **sets: Any
    ) -> None:
        """A filter with a closed list of (value, text); `sets` says which part of Filters it is."""
        value, words = self.params.get(name, ""), dict(options)
        choices = [
            Choice(text, self.address.changed({name: option}), option == value)
            for option, text in options
        ]
        self.reading.menus.append(Menu(title, choices))
        if value in words:
            self.set(**(sets or {name: value}))
            self.chip(name, title, words[value])
        elif value:
            problem = _("“%(value)s” is no %(name)s here. Choose one from the list.")
            self.problem(problem % {"value": value[:40], "name": title})

    def text(self, name: str, title: str) -> None:
        """A filter that is typed."""
        value = self.params.get(name, "").strip()
        self.reading.typed.append(Input(name, title, value[:LONGEST_TEXT]))
        if len(value) > LONGEST_TEXT or "\x00" in value:
            problem = _("%(name)s holds at most %(size)s characters.")
            self.problem(problem % {"name": title, "size": LONGEST_TEXT})
        elif value:
            self.set(**{name: value})
            self.chip(name, title, value)

    def record(self) -> None:
        """The one record that an event is about, as `entity:id`."""
        value = self.params.get("record", "")
        name, _colon, pk = value.partition(":")
        if value and (entity_of(name) is None or parse_id(pk) is None):
            self.problem(_("“%s” is no record. Follow a link from its page.") % value[:40])
        elif value:
            self.set(record=(name, pk))
            self.chip("record", _("About"), f"{noun(name)} #{pk}")

    def times(self) -> None:
        """From a day or moment, until a day (its end) or moment; and some quick choices."""
        since, until = self._moment("since", False), self._moment("until", True)
        if since and until and since >= until:
            self.problem(_("The time range ends before it begins."))
        self.set(since=since, until=until)
        hint = _("2026-11-24, or 2026-11-24T15:30")
        inputs = [
            Input("since", _("Since"), self.params.get("since", "")[:40], hint),
            Input("until", _("Until and with, to jump there"), self.params.get("until", "")[:40]),
        ]
        choices = []
        for text, since_day, until_day in _quick_choices():
            values = {"since": since_day, "until": until_day}
            is_on = all(self.params.get(name) == value for name, value in values.items())
            choices.append(Choice(text, self.address.changed(values), is_on))
        self.reading.menus.append(Menu(_("When"), choices, inputs))

    def _moment(self, name: str, ends: bool) -> datetime | None:
        value = self.params.get(name, "").strip()
        if not value:
            return None
        found = parse_moment(value, ends)
        if found is None:
            problem = _("“%s” is no date. Write it as 2026-11-24 or 2026-11-24T15:30.")
            self.problem(problem % value[:40])
        else:
            self.chip(name, _("Until") if ends else _("Since"), value)
        return found

    def set(self, **values: Any) -> None:
        """Narrow what was read so far."""
        self.reading.filters = replace(self.reading.filters, **values)

    def chip(self, name: str, title: str, value: str) -> None:
        """Say that a filter is on, with the way to take it off."""
        self.reading.chips.append(Chip(title, value, self.address.changed({name: None})))

    def problem(self, text: str) -> None:
        """Say what could not be read."""
        self.reading.problems.append(text)


def _quick_choices() -> list[tuple[str, str, str | None]]:
    """Spans that are asked for most: their name, first and last day."""
    today = timezone.localdate()

    def day(ago: int) -> str:
        return (today - timedelta(days=ago)).isoformat()

    return [
        (_("Today"), day(0), None),
        (_("Yesterday"), day(1), day(1)),
        (_("Last 7 days"), day(6), None),
        (_("Last 30 days"), day(29), None),
        (_("Last 12 months"), day(364), None),
    ]


def parse_moment(value: str, ends: bool) -> datetime | None:
    """A day or a moment in the console's zone; the end of a day lies after it."""
    try:
        day = parse_date(value)
        moment = parse_datetime(value)
        if day is not None:
            return _aware(datetime.combine(day + timedelta(days=int(ends)), time()))
        return _aware(moment) if moment else None
    except (ValueError, OverflowError):
        return None


def _aware(moment: datetime) -> datetime | None:
    # The edges of the calendar have no moment in every zone.
    if not date(1970, 1, 1) <= moment.date() <= date(9000, 1, 1):
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
