"""What can be done about a fold as a whole: a place for buttons of other rooms.

The room that undoes things adds its button without this one knowing it:

    register_fold_action(restore_button)

where `restore_button(request, fold)` is given the `ShownFold` (its events are `fold.fold.places`,
newest first) and returns a `FoldAction`, or None where it does not apply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from backoffice.activity.fold_rows import ShownFold


@dataclass(frozen=True)
class FoldAction:
    """A button on a fold's page: where it leads, or why not and where that is told."""

    label: str
    url: str
    icon: str = "restore"
    why_not: str = ""


Offer = Callable[[HttpRequest, ShownFold], FoldAction | None]
_offers: list[Offer] = []


def register_fold_action(offer: Offer) -> None:
    """Add a button; the same one twice is refused."""
    if offer in _offers:
        raise ValueError(f"{offer.__module__}.{offer.__qualname__} offers its button already.")
    _offers.append(offer)


def fold_actions_of(request: HttpRequest, fold: ShownFold) -> list[FoldAction]:
    """The buttons that apply, in the order in which rooms registered them."""
    found = (offer(request, fold) for offer in _offers)
    return [action for action in found if action is not None]
