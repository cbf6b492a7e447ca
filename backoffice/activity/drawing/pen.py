"""What all entries of one page are drawn with: the reader's ways, and words looked up once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, QueryDict
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backoffice.activity import layouts
from backoffice.console.markup import each, fill
from backoffice.console.paths import path_to
from backoffice.console.templatetags.console import badge, icon

# What an address loses when it is narrowed to one actor.
_PLACES = ("before", "at", "part", "tab", "rows", "after", "view", "actor")


class Words:
    """Phrases that entries repeat, each looked up once a page."""

    @cached_property
    def only_person(self) -> str:
        return _("only this person")

    @cached_property
    def event_title(self) -> str:
        return _("The event, with all that it changed")

    @cached_property
    def as_of_title(self) -> str:
        return _("The record as it was after this")

    @cached_property
    def as_of(self) -> str:
        return _("as of then")

    @cached_property
    def held(self) -> str:
        return _("What it held")

    @cached_property
    def compare(self) -> str:
        return _("Compare:")

    @cached_property
    def from_this(self) -> str:
        return _("from this")

    @cached_property
    def to_this(self) -> str:
        return _("to this")

    @cached_property
    def with_before(self) -> str:
        return _("with the one before")

    @cached_property
    def with_now(self) -> str:
        return _("with now")


class Pen:
    """The context of a page, read once for all of its entries.

    Attributes:
        is_excerpt: entries stand on another page and leave out where they came from.
        comparing: the entity whose versions can be chosen for comparison, if they can.
        is_gone: whether the page is about a record that stands no more.
    """

    def __init__(self, context: Context) -> None:
        self.request: HttpRequest | None = context.get("request")
        self.is_excerpt = bool(context.get("is_excerpt"))
        self.comparing = context.get("entity") if context.get("can_compare") else None
        self.is_gone = bool(getattr(context.get("traced"), "deleted", False))
        self.words = Words()
        reading = context.get("reading")
        self._takes_scope = reading is None or reading.takes_scope
        self._addresses: dict[tuple[str, int | None], str] = {}

    @cached_property
    def is_sides(self) -> bool:
        """Whether the reader wants differences side by side."""
        return self.request is not None and layouts.layout_of(self.request) == layouts.SIDES

    @cached_property
    def events(self) -> str:
        """Where all events are listed."""
        return path_to("activity-events")

    def by_actor(self, row: Any) -> str:
        """The address of this page with only what the row's actor did.

        A member's id is unique in their scope only, so a page of all scopes is narrowed to it too.
        """
        key = (row.actor.filter, getattr(row, "scope", None) if self._takes_scope else None)
        if key not in self._addresses:
            self._addresses[key] = self._narrowed(*key)
        return self._addresses[key]

    def _narrowed(self, actor: str, scope: int | None) -> str:
        params = self._bare.copy()
        params["actor"] = actor
        if scope:
            params["scope"] = str(scope)
        return f"{self._activity}?{params.urlencode()}"

    @cached_property
    def _bare(self) -> QueryDict:
        params = self.request.GET.copy() if self.request else QueryDict(mutable=True)
        for name in _PLACES:
            params.pop(name, None)
        return params

    @cached_property
    def _activity(self) -> str:
        """A fold is of one actor already: from its page one comes to all that they did."""
        path = self.request.path if self.request else ""
        return path_to("activity-activity") if path == path_to("activity-fold") else ""


def mark(name: str, tone: str) -> SafeString:
    """The sign at the edge of a timeline."""
    return fill('<span class="timeline__mark timeline__mark--{}">{}</span>', tone, icon(name))


def badges(states: tuple[str, ...]) -> SafeString:
    """States behind a name, each after a space."""
    return each(" {}", (badge(state) for state in states))
