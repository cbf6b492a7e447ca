"""The facts of why a record is not visible, or was not until it was mended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backoffice.replies.declarations import replies_for
from backoffice.replies.writing import Reply, Who, who_is, written
from backoffice.visibility.presentation import Explained
from backoffice.visibility.shown import Reason


@dataclass(frozen=True)
class Cause:
    """One reason; templates have the words for it by the condition's name.

    Attributes:
        title: of the record to blame where it is not the one in question.
        value: what the record holds, such as the date that has not come yet.
        who, at: who made it so and when; None where that is not known.
    """

    name: str
    title: str
    value: Any
    who: Who | None
    at: datetime | None


def replies_of(explained: Explained) -> list[Reply]:
    """What the customer is told of a record, in every language; nothing where no area tells."""
    replies = replies_for(explained.entity.name)
    if replies is None:
        return []
    scope = explained.entity.scope_of(explained.record)
    return written(replies, "visibility", _facts(explained), scope)


def _facts(explained: Explained) -> dict[str, Any]:
    since = explained.lapse.since if explained.lapse else None
    visible, causes = explained.verdict.visible, [_cause(explained, r) for r in explained.reasons]
    event = explained.event_of(since.step) if since else None
    return {
        "entity": explained.entity.name,
        "title": explained.title,
        "visible": visible,
        "causes": causes,
        "mended_at": since.at if visible and since and causes else None,
        "mended_by": who_is(explained.viewer, event) if event is not None else None,
        "last_seen": since.at if since and not visible else None,
    }


def _cause(explained: Explained, reason: Reason) -> Cause:
    name, standing = reason.check.condition.name, reason.standing
    if standing is None:
        return Cause(name, "", None, None, None)
    event = explained.event_of(reason.step)
    own = standing.key == (explained.entity.name, explained.record.pk)
    return Cause(
        name=name,
        title="" if own else explained.name_of(*standing.key).text,
        value=standing.values[reason.check.condition.field],
        who=who_is(explained.viewer, event) if event is not None else None,
        at=reason.step.at if reason.step else None,
    )
