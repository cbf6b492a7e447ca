"""Handmade histories: their lines, their files, and what a plain replay of them says."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

BEGUN = datetime(2021, 3, 1, 9, 0, tzinfo=UTC)
# What stands at a path, by language: title and body.
State = dict[tuple[str, str], tuple[str, str]]

MINJI = {"key": "m-1", "name": "김민지", "email": "minji@vue.example"}
# Another person of the same name.
MINJI_2 = {"key": "m-2", "name": "김민지", "email": "minji2@vue.example"}
JIHO = {"key": "m-3", "name": "이지호", "email": "jiho@vue.example"}


def at(minute: int) -> datetime:
    """The time of the line of that number."""
    return BEGUN + timedelta(minutes=minute)


def line(minute: int, *changes: dict[str, str], member: Any = MINJI, **fields: Any) -> dict:
    """A line that is in order unless `fields` say otherwise."""
    return {
        "at": at(minute).isoformat(),
        "member": member,
        "message": f"변경 {minute}",
        "language": "ko",
        "changes": list(changes),
        **fields,
    }


def create(path: str, title: str = "제목", body: str = "본문", **fields: Any) -> dict:
    return {"op": "create", "path": path, "title": title, "body": body, **fields}


def update(path: str, title: str = "제목", body: str = "고친 본문") -> dict:
    return {"op": "update", "path": path, "title": title, "body": body}


def move(origin: str, path: str, title: str = "제목", body: str = "본문") -> dict:
    return {"op": "move", "from": origin, "path": path, "title": title, "body": body}


def delete(path: str) -> dict:
    return {"op": "delete", "path": path}


def save(path: Path, lines: Iterable[dict | str | bytes]) -> Path:
    """Writes a file, packed as its name says; a text or bytes is a line as it stands."""
    parts = [
        entry
        if isinstance(entry, bytes)
        else (entry if isinstance(entry, str) else dumps(entry)).encode()
        for entry in lines
    ]
    data = b"".join(part + b"\n" for part in parts)
    pack = {".gz": gzip.compress, ".xz": lzma.compress}.get(path.suffix, bytes)
    path.write_bytes(pack(data))
    return path


def dumps(entry: dict) -> str:
    return json.dumps(entry, ensure_ascii=False)


def read(path: Path) -> Iterator[dict]:
    """Every line of a packed or plain file, in plain Python."""
    opened = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
    with opened(path, "rt", encoding="utf-8") as file:
        for text in file:
            yield json.loads(text)


def replay(state: State, entry: dict) -> State:
    """The state after a line: what each change says, one after the other."""
    language = entry["language"]
    for change in entry["changes"]:
        if change["op"] == "move":
            for path, other in [key for key in state if key[0] == change["from"]]:
                moved = state.pop((path, other))
                if path != change["path"]:
                    for old in [key for key in state if key[0] == change["path"]]:
                        del state[old]
                state[change["path"], other] = moved
        if change["op"] == "delete":
            for key in [key for key in state if key[0] == change["path"]]:
                del state[key]
        else:
            state[change["path"], language] = (change["title"], change["body"])
    return state
