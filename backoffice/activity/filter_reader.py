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
from audit.models import ActorKind
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
    are taken for what was asked for. `kept` is what the form of typed filters carries along.
    """

    filters: EventFilters = field(default_factory=EventFilters)
    menus: list[Menu] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    typed: list[Input] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
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
            self._set(**(sets or {name: value}))
            self._chip(name, title, words[value])
        elif value:
            problem = _("“%(value)s” is no %(name)s here. Choose one from the list.")
            self._problem(problem % {"value": value[:40], "name": title})

    def text(self, name: str, title: str) -> None:
        """A filter that is typed."""
        value = self.params.get(name, "").strip()
        self.reading.typed.append(Input(name, title, value[:LONGEST_TEXT]))
        if len(value) > LONGEST_TEXT or "\x00" in value:
            problem = _("%(name)s holds at most %(size)s characters.")
            self._problem(problem % {"name": title, "size": LONGEST_TEXT})
        elif value:
            self._set(**{name: value})
            self._chip(name, title, value)

    def actor(self) -> None:
        """One actor exactly, as `kind:id`."""
        value = self.params.get("actor", "")
        kind, _colon, actor = value.partition(":")
        known = kind in ActorKind.values and 0 < len(actor) <= 64 and "\x00" not in actor
        if value and not known:
            self._problem(_("“%s” is no person. Follow a link from someone's name.") % value[:40])
        elif value:
            self._set(actor=(kind, actor))
            self._chip("actor", _("By"), f"{actor} ({ActorKind(kind).label})")

    def record(self) -> None:
        """The one record that an event is about, as `entity:id`."""
        value = self.params.get("record", "")
        name, _colon, pk = value.partition(":")
        if value and (entity_of(name) is None or parse_id(pk) is None):
            self._problem(_("“%s” is no record. Follow a link from its page.") % value[:40])
        elif value:
            self._set(record=(name, pk))
            self._chip("record", _("About"), f"{noun(name)} #{pk}")

    def times(self) -> None:
        """From a day or moment, until a day (its end) or moment; and some quick choices."""
        since, until = self._moment("since", False), self._moment("until", True)
        if since and until and since >= until:
            self._problem(_("The time range ends before it begins."))
        self._set(since=since, until=until)
        hint = _("2026-11-24, or 2026-11-24T15:30")
        inputs = [
            Input("since", _("Since"), self.params.get("since", "")[:40], hint),
            Input("until", _("Until and with"), self.params.get("until", "")[:40]),
        ]
        today = timezone.localdate()
        quick = [(_("Today"), 0), (_("Last 7 days"), 6), (_("Last 30 days"), 29)]
        choices = []
        for text, days in quick:
            day = (today - timedelta(days=days)).isoformat()
            url = self.address.changed({"since": day, "until": None})
            is_on = self.params.get("since") == day and not until
            choices.append(Choice(text, url, is_on))
        self.reading.menus.append(Menu(_("When"), choices, inputs))

    def _moment(self, name: str, ends: bool) -> datetime | None:
        value = self.params.get(name, "").strip()
        if not value:
            return None
        found = _parse_moment(value, ends)
        if found is None:
            problem = _("“%s” is no date. Write it as 2026-11-24 or 2026-11-24T15:30.")
            self._problem(problem % value[:40])
        else:
            self._chip(name, _("Until") if ends else _("Since"), value)
        return found

    def _set(self, **values: Any) -> None:
        self.reading.filters = replace(self.reading.filters, **values)

    def _chip(self, name: str, title: str, value: str) -> None:
        self.reading.chips.append(Chip(title, value, self.address.changed({name: None})))

    def _problem(self, text: str) -> None:
        self.reading.problems.append(text)


def _parse_moment(value: str, ends: bool) -> datetime | None:
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
