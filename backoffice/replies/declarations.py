"""What an area declares: where its templates are, and which verb takes which back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.core.exceptions import ImproperlyConfigured


class Replies:
    """How an area's customers are answered.

        @register
        class BookReplies(Replies):
            folder = "books/replies"
            mends = {("book", "lost"): ("found",)}

    Attributes:
        folder: of the templates `story.<language>.txt` and `visibility.<language>.txt`.
        mends: by entity and verb, the verbs that take it back.
        entities: other entities that are told of: of their records it is said why they are not
            visible.
    """

    folder: ClassVar[str]
    mends: ClassVar[Mapping[tuple[str, str], Sequence[str]]] = {}
    entities: ClassVar[Sequence[str]] = ()

    def zone(self, scope: int | None) -> str:
        """The time zone in which a customer reads the clock; "" for that of the console."""
        return ""

    def tells(self, entity: str) -> bool:
        """Whether it has words for records of that entity."""
        return entity in self.entities or any(name == entity for name, _verb in self.mends)

    def harm_of(self, entity: str, verb: str) -> str:
        """The verb that this one takes back; "" for none."""
        found = (one for one, mends in self.mends.items() if one[0] == entity and verb in mends)
        return next(found, ("", ""))[1]


_replies: list[Replies] = []


def register(declared: type[Replies]) -> type[Replies]:
    """Add an area's replies, usable as a decorator; an entity is told of by one area only."""
    made = declared()
    names = {*made.entities, *(name for name, _verb in made.mends)}
    taken = sorted(name for name in names if replies_for(name) is not None)
    if taken:
        raise ImproperlyConfigured(
            f"{declared.__qualname__} tells of {', '.join(taken)}, which another area does already."
        )
    _replies.append(made)
    return declared


def replies_for(entity: str) -> Replies | None:
    """The replies that tell of an entity, or None."""
    return next((one for one in _replies if one.tells(entity)), None)


def tells_of(entity: str, verb: str) -> bool:
    """Whether a customer is told of this: that it happened, or that it was taken back."""
    replies = replies_for(entity)
    if replies is None:
        return False
    return (entity, verb) in replies.mends or bool(replies.harm_of(entity, verb))
