"""From facts to text: the templates of an area, once for each language, free of internal names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.models import ActorKind, Event
from backoffice.entities.access import sees_personal_fields
from backoffice.replies.declarations import Replies

MOST_NAMED = 3
US, MEMBER, PROGRAM = "us", "member", "program"
# Whoever acts for us: what a colleague does with a token or a script is ours too.
_OURS = {ActorKind.STAFF, ActorKind.TOKEN, ActorKind.SCRIPT, ActorKind.SERVICE}


@dataclass(frozen=True)
class Who:
    """Somebody as customers are told of them: ourselves, one of theirs, or a program."""

    kind: str
    name: str = ""

    @property
    def is_us(self) -> bool:
        return self.kind == US

    def __str__(self) -> str:
        if self.kind == US:
            return _("our support team")
        if self.kind == PROGRAM:
            return _("a program that is connected to your account")
        if self.name:
            return _("%(name)s of your team") % {"name": self.name}
        return _("a member of your team")


@dataclass(frozen=True)
class People:
    """Those who did something together, each once."""

    several: Sequence[Who]

    @property
    def are_us(self) -> bool:
        return bool(self.several) and all(who.is_us for who in self.several)

    def __bool__(self) -> bool:
        return bool(self.several)

    def __str__(self) -> str:
        if len(self.several) > MOST_NAMED:
            return _("several people of your team")
        return ", ".join(dict.fromkeys(str(who) for who in self.several))


def who_is(viewer: Any, event: Event) -> Who:
    """An event's actor, by name only where the person who replies may see it."""
    if event.actor_kind in _OURS:
        return Who(US)
    if event.actor_kind != ActorKind.MEMBER:
        return Who(PROGRAM)
    return Who(MEMBER, event.actor_label if sees_personal_fields(viewer) else "")


def people_of(viewer: Any, events: Iterable[Event]) -> People:
    """The actors of some events."""
    return People(tuple(dict.fromkeys(who_is(viewer, event) for event in events)))


@dataclass(frozen=True)
class Reply:
    """A text in one language, ready to be changed and copied."""

    language: str
    label: str
    text: str

    @property
    def rows(self) -> int:
        """How high its field is."""
        return min(24, 3 + sum(1 + len(line) // 70 for line in self.text.split("\n")))


def written(
    replies: Replies, template: str, facts: Mapping[str, Any], scope: int | None
) -> list[Reply]:
    """The reply in every language of the console, in the customer's time zone."""
    zone = _zone(replies.zone(scope))
    found = []
    for language, name in settings.LANGUAGES:
        with translation.override(language), timezone.override(zone):
            text = get_template(f"{replies.folder}/{template}.{language}.txt").render(dict(facts))
        found.append(Reply(language, str(name), _tidy(text)))
    return found


@cache
def _zone(name: str) -> Any:
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (KeyError, ValueError, OSError):
        # What customers call their zone is theirs to write, and may be none.
        return ZoneInfo(settings.TIME_ZONE)


def _tidy(text: str) -> str:
    """Without the blank lines that conditions in a template leave behind."""
    lines = (line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
