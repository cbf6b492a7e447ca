"""Scopes that saved views name: a view is offered, and told of, only where they are open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from django.http import QueryDict

from backoffice.console.models import SavedView


class BadView(ValueError):
    """This view cannot be saved so. Change what the message names."""


class Places(Protocol):
    """What a page knows of the scopes that its parameters name."""

    def settle(self, staff: Any, params: QueryDict) -> None:
        """Put ids for names in the parameters of one who may see what they mean."""

    def scopes_of(self, params: QueryDict) -> frozenset[int]:
        """The scopes that a view is bound to; BadView while that is not certain."""

    def are_open(self, staff: Any, views: Sequence[QueryDict]) -> list[bool]:
        """Whether the person may know of what each view names."""


def settle(places: Places | None, view: SavedView, staff: Any) -> None:
    """Names of scopes become ids; BadView for sharing a view while one of them is not certain."""
    if places is None:
        return
    params = QueryDict(view.query, mutable=True)
    places.settle(staff, params)
    view.query = params.urlencode()
    if view.shared:
        places.scopes_of(params)


def scopes_named(places: Places | None, view: SavedView) -> tuple[int | None, dict[str, Any]]:
    """What an event about a view is bound to: its one scope, or several in its parameters."""
    try:
        scopes = sorted(places.scopes_of(QueryDict(view.query))) if places else []
    except BadView:
        # Shared before names were settled: what it names is left out.
        return None, {"query": "", "name": ""}
    if len(scopes) > 1:
        return None, {"scopes": [str(scope) for scope in scopes]}
    return (scopes[0] if scopes else None), {}


def offered(places: Places | None, staff: Any, views: list[SavedView]) -> list[SavedView]:
    """Those of other people's views that name nothing that is closed to the person."""
    if places is None or not views:
        return views
    are_open = places.are_open(staff, [QueryDict(view.query) for view in views])
    return [view for view, is_open in zip(views, are_open, strict=True) if is_open]
