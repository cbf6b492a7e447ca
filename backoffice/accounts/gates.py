"""Which pages are open to whom, beside Django's `login_not_required`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

_View = TypeVar("_View", bound=Callable[..., Any])


def open_without_role(view: _View) -> _View:
    """Let in everyone who is signed in, those without a role too. Put it outermost."""
    vars(view)["open_without_role"] = True
    return view
