"""Reasons that come again and again: an area's usual ones, and those that a person gave last.

An area declares its own in its `reasons.py`:

    usual(_("A reader asked for it"), _("Put back after a test"))
"""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise

from audit.models import ActorKind, Event, Outcome

# So many of the last events are looked through for so many different reasons.
LOOKED_THROUGH, SHOWN = 50, 5
_usual: list[str | Promise] = []


def usual(*sentences: str | Promise) -> None:
    """Declare reasons to choose from, each a translatable sentence."""
    _usual.extend(sentences)


def usual_reasons() -> list[str]:
    """The declared ones, in the reader's language."""
    return [str(sentence) for sentence in _usual]


def recent_reasons(staff: Any, limit: int = SHOWN) -> list[str]:
    """The reasons that this person gave last, newest first, the usual ones left out."""
    found = (
        Event.objects.filter(
            actor_kind=ActorKind.STAFF, actor_id=str(staff.pk), outcome=Outcome.SUCCEEDED
        )
        .exclude(reason="")
        .order_by("-occurred_at", "-id")
        .values_list("reason", flat=True)[:LOOKED_THROUGH]
    )
    known = set(usual_reasons())
    return [reason for reason in dict.fromkeys(found) if reason not in known][:limit]


def reason_of(data: Any) -> str:
    """What a form gives as the reason: what was written, else what was chosen."""
    return str(data.get("reason") or "").strip() or str(data.get("usual") or "")
