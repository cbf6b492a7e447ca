"""What can be done with a version of a record: a place for links of other rooms.

The room that restores versions adds its link without this one knowing it:

    register_version_action(restore_link)

where `restore_link(viewer, version)` returns a `VersionAction`, or None where it does not apply.
Asked for records that stand; what can be done about one that is gone stands on its page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audit.history_tables import Version


@dataclass(frozen=True)
class VersionAction:
    """A link beside a version: where it leads."""

    label: str
    url: str
    icon: str = "history"


Offer = Callable[[Any, Version], VersionAction | None]
_offers: list[Offer] = []


def register_version_action(offer: Offer) -> None:
    """Add a link; the same one twice is refused."""
    if offer in _offers:
        raise ValueError(f"{offer.__module__}.{offer.__qualname__} offers its link already.")
    _offers.append(offer)


def version_actions_of(viewer: Any, version: Version) -> list[VersionAction]:
    """The links that apply, in the order in which rooms registered them."""
    found = (offer(viewer, version) for offer in _offers)
    return [action for action in found if action is not None]
