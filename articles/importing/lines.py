"""What a line says, checked against every limit before anything is done with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from articles.importing.source import LINE_BYTES, RawLine
from articles.models.base import Languages
from backoffice.entities.limits import LARGE_TEXT

# Limits in characters, as the columns have them. A longer message is no obstacle: the database
# cuts a reason at its limit and flags the event.
KEY, NAME, EMAIL, PART, TITLE, BODY, MESSAGE = 64, 150, 254, 200, 300, LARGE_TEXT, 20_000
FOLDERS = 20
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class BadLine(Exception):
    """A line that cannot be loaded; the text says what is wrong with it."""


@dataclass(frozen=True)
class Author:
    """The person behind a line; `key` is who they are, names and addresses may be shared."""

    key: str
    name: str
    email: str


@dataclass(frozen=True)
class Change:
    """One change of a page. `origin` is the path before a move."""

    op: str
    path: str
    origin: str = ""
    title: str = ""
    body: str = ""


@dataclass(frozen=True)
class Line:
    """A change set: one transaction. `digest` tells it from every other line."""

    number: int
    digest: str
    at: datetime
    author: Author
    message: str
    language: str
    changes: tuple[Change, ...]


def parse(raw: RawLine, after: datetime | None, until: datetime) -> Line:
    """The line that these bytes hold; BadLine names what is wrong.

    `after` is the time of the line before: times increase strictly, because the state as of a
    time is the state after its line. `until` is the database's clock: it takes no time to come.
    """
    entry = _object(_json(raw.data), "the line")
    return Line(
        number=raw.number,
        digest=hashlib.sha256(raw.data or b"").hexdigest()[:32],
        at=_time(entry, after, until),
        author=_author(_object(_get(entry, "member"), "member")),
        message=_text(entry, "message", MESSAGE),
        language=_word(entry, "language", set(Languages.values)),
        changes=tuple(_change(item) for item in _list(entry, "changes")),
    )


def _json(data: bytes | None) -> Any:
    if data is None:
        raise BadLine(f"it is longer than {LINE_BYTES:,} bytes")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadLine(f"it is not UTF-8 at byte {error.start}") from None
    except (ValueError, RecursionError) as error:
        raise BadLine(f"it is not JSON: {str(error)[:200]}") from None


def _get(entry: Mapping[str, Any], name: str) -> Any:
    if name not in entry:
        raise BadLine(f"{name!r} is missing")
    return entry[name]


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadLine(f"{what} is not an object")
    return value


def _list(entry: Mapping[str, Any], name: str) -> list[Any]:
    value = _get(entry, name)
    if not isinstance(value, list):
        raise BadLine(f"{name!r} is not a list")
    return value


def _text(entry: Mapping[str, Any], name: str, limit: int, least: int = 0) -> str:
    value = _get(entry, name)
    if not isinstance(value, str):
        raise BadLine(f"{name!r} is not a text")
    if not least <= len(value) <= limit:
        raise BadLine(f"{name!r} has {len(value):,} characters; {least} to {limit:,} are allowed")
    if "\0" in value or not _storable(value):
        raise BadLine(f"{name!r} holds a character that cannot be stored")
    return value


def _storable(value: str) -> bool:
    """JSON can spell half of a surrogate pair, which no UTF-8 text can hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _word(entry: Mapping[str, Any], name: str, allowed: set[str]) -> str:
    value = _text(entry, name, 20)
    if value not in allowed:
        raise BadLine(f"{name!r} is {value!r}; it may be {', '.join(sorted(allowed))}")
    return value


def _time(entry: Mapping[str, Any], after: datetime | None, until: datetime) -> datetime:
    written = _text(entry, "at", 40)
    try:
        at = datetime.fromisoformat(written)
        at = at.astimezone(UTC) if at.tzinfo else at
    except (ValueError, OverflowError):
        raise BadLine(f"'at' is {written!r}, which is not an ISO 8601 time") from None
    if at.tzinfo is None:
        raise BadLine(f"'at' is {written!r}, which has no time zone")
    if not EARLIEST <= at <= until:
        raise BadLine(f"'at' is {written!r}, which lies before {EARLIEST.year} or in the future")
    if after is not None and at <= after:
        raise BadLine(f"'at' is {written!r}, which is not after the line before it")
    return at


def _author(member: Mapping[str, Any]) -> Author:
    return Author(
        _text(member, "key", KEY, least=1),
        _text(member, "name", NAME, least=1),
        _text(member, "email", EMAIL),
    )


def _change(item: Any) -> Change:
    entry = _object(item, "a change")
    op = _word(entry, "op", {"create", "update", "move", "delete"})
    path = _path(entry, "path")
    if op == "delete":
        return Change(op, path)
    origin = _path(entry, "from") if op == "move" else ""
    return Change(op, path, origin, _text(entry, "title", TITLE), _text(entry, "body", BODY))


def _path(entry: Mapping[str, Any], name: str) -> str:
    path = _text(entry, name, (FOLDERS + 1) * (PART + 1), least=1)
    parts = path.split("/")
    if len(parts) > FOLDERS + 1 or not all(1 <= len(part) <= PART for part in parts):
        raise BadLine(
            f"{name!r} is {path[:80]!r}; it must be at most {FOLDERS} folders and a last part, "
            f"each of 1 to {PART} characters"
        )
    return path
