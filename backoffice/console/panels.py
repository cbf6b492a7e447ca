"""The registry of home panels: rooms put what is worth seeing first on the home page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

# What a panel's function returns: the context of its template, or None to leave the panel out.
PanelContext = Callable[[HttpRequest], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A card on the home page: its heading, its template and the function that feeds it."""

    name: str
    title: str | Promise
    template: str
    context: PanelContext
    order: int
    permission: str | None = None


@dataclass(frozen=True)
class FilledPanel:
    """A panel with what one person sees in it."""

    name: str
    title: str | Promise
    template: str
    context: dict[str, Any]


_panels: dict[str, Panel] = {}


def register(
    name: str,
    title: str | Promise,
    template: str,
    context: PanelContext,
    order: int,
    permission: str | None = None,
) -> None:
    """Add a panel to the home page.

    `template` is a partial that draws the inside of the card; it is given what `context(request)`
    returned, beside `request`. Example:
    `register("recent", _("Recent changes"), "activity/_recent.html", recent_changes, 10)`.
    Raises ValueError for a name that is taken.
    """
    if name in _panels:
        raise ValueError(f"Home has a panel {name!r} already, drawn by {_panels[name].template!r}.")
    _panels[name] = Panel(name, title, template, context, order, permission)


def panels_for(request: HttpRequest) -> list[FilledPanel]:
    """Return the panels that the signed-in person may see and that have something to show."""
    filled = []
    for panel in sorted(_panels.values(), key=lambda p: (p.order, p.name)):
        if panel.permission and not request.user.has_perm(panel.permission):
            continue
        context = panel.context(request)
        if context is not None:
            filled.append(FilledPanel(panel.name, panel.title, panel.template, context))
    return filled
