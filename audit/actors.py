"""Who is behind a change: a kind, an id and a label, tied to no other table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from audit.models import ActorKind


class Person(Protocol):
    """Someone of the staff, as the console's accounts know them."""

    pk: int
    email: str


@dataclass(frozen=True)
class Actor:
    """Who acts. Deleting a person erases nothing, because their name stays on their events."""

    kind: str
    id: str
    label: str

    @classmethod
    def staff(cls, person: Person) -> Actor:
        """Someone of the staff, signed in to the console."""
        return cls(ActorKind.STAFF, str(person.pk), getattr(person, "name", "") or person.email)

    @classmethod
    def service(cls, name: str) -> Actor:
        """A part of the console that acts by itself, such as sign-in."""
        return cls(ActorKind.SERVICE, name[:64], name[:200])

    @classmethod
    def script(cls, name: str, person: str) -> Actor:
        """A script, with the person who runs it."""
        return cls(ActorKind.SCRIPT, name[:64], f"{name} ({person})"[:200])

    @classmethod
    def member(cls, key: str, name: str) -> Actor:
        """A member of a customer company."""
        return cls(ActorKind.MEMBER, key[:64], name[:200])
