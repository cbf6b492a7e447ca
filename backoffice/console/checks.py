"""Start-up checks of the shell: what the registries lead to must exist."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch

from backoffice.console import navigation, states, topics


@register()
def check_navigation(**_: object) -> list[CheckMessage]:
    """Every entry of the sidebar leads to a URL that there is."""
    return [
        Error(
            f"Navigation entry {entry.label!s} leads to {entry.target!r}, which is no URL.",
            hint="Use the name of a URL without arguments, or a path that starts with /.",
            id="console.E001",
        )
        for entry in navigation.entries()
        if not _leads_somewhere(entry)
    ]


def _leads_somewhere(entry: navigation.Entry) -> bool:
    try:
        return bool(entry.url)
    except NoReverseMatch:
        return False


@register()
def check_icons(**_: object) -> list[CheckMessage]:
    """Every icon that a registry of the shell names is drawn in the sprite."""
    drawn = icon_names()
    used = [(f"State {s.name!r}", s.icon) for s in states.all_states()]
    used += [(f"Navigation entry {e.label!s}", e.icon) for e in navigation.entries()]
    used += [(f"Help topic {t.slug!r}", t.icon) for t in topics.all_topics()]
    return [
        Error(
            f"{owner} uses the icon {name!r}, which the sprite does not have.",
            hint="Draw it in static/img/icons.svg or choose another; /help/components/ shows all.",
            id="console.E002",
        )
        for owner, name in used
        if name not in drawn
    ]


def icon_names() -> list[str]:
    """Return the names of the icons in the sprite, in its order."""
    sprite = finders.find("img/icons.svg")
    return re.findall(r'<symbol id="([a-z-]+)"', Path(sprite).read_text()) if sprite else []
