"""The files of an archive: compressed lines of JSON and a manifest, written whole or not at all.

An archive `audit-2024-03` is three files in one folder: `audit-2024-03.events.ndjson.gz`,
`audit-2024-03.effects.ndjson.gz`, and `audit-2024-03.manifest.json`, which is written last.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.exceptions import AuditError

FORMAT = 1
PARTS = {"audit_event": "events", "audit_effect": "effects"}
CHUNK = 1 << 20
# No line of an event or effect comes near this; whatever does is not an archive of ours.
LINE_LIMIT = 1_000_000


class BrokenArchive(AuditError):
    """An archive's files are not what its manifest says. Take them from another copy."""


@dataclass(frozen=True)
class Written:
    """One file of an archive, as its manifest describes it."""

    file: str
    table: str
    rows: int
    first_id: int
    last_id: int
    columns: list[str]
    bytes: int
    sha256: str
    content_sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds. `text` is the manifest file's exact content."""

    text: str

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def part(self, table: str) -> Written:
        return next(Written(**p) for p in self.content["files"] if p["table"] == table)


def write_part(
    folder: Path, name: str, table: str, columns: list[str], chunks: Iterable[bytes]
) -> Written:
    """Write one file from lines of JSON as they come; it has its name only once it is on disk.

    Args: `chunks` are pieces of the whole text, cut anywhere; memory holds one at a time.
    """
    path = folder / f"{name}.{PARTS[table]}.ndjson.gz"
    draft = path.with_suffix(".partial")
    content = hashlib.sha256()
    with draft.open("wb") as file:
        # Without a name and time inside, the same rows make the same file.
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            for chunk in chunks:
                content.update(chunk)
                packed.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    seen = _look(draft)
    if seen["content_sha256"] != content.hexdigest():
        raise BrokenArchive(f"{draft} reads otherwise than it was written. Check the disk.")
    draft.replace(path)
    sync(folder)
    return Written(file=path.name, table=table, columns=columns, **seen)


def write_manifest(folder: Path, name: str, content: dict[str, Any]) -> Manifest:
    """Write the manifest, which makes the archive complete."""
    manifest = Manifest(json.dumps({"format": FORMAT, **content}, indent=1, ensure_ascii=False))
    path = manifest_path(folder, name)
    draft = path.with_suffix(".partial")
    with draft.open("w", encoding="utf-8") as file:
        file.write(manifest.text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(folder)
    return manifest


def manifest_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.manifest.json"


def read_manifest(folder: Path, name: str) -> Manifest:
    """The manifest of an archive; BrokenArchive when there is none that can be read."""
    path = manifest_path(folder, name)
    try:
        manifest = Manifest(path.read_text(encoding="utf-8"))
        known = manifest.content["format"] == FORMAT
    except FileNotFoundError:
        raise BrokenArchive(f"{path} is not there. Name the folder that holds it.") from None
    except (ValueError, KeyError, TypeError):
        raise BrokenArchive(f"{path} is no manifest. Take it from another copy.") from None
    if not known:
        raise BrokenArchive(f"{path} is of a format that this version does not know.")
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Read the files back against the manifest; BrokenArchive names the first that differs."""
    for table in PARTS:
        part = manifest.part(table)
        path = folder / part.file
        if not path.is_file():
            raise BrokenArchive(f"{path} is not there. Name the folder that holds it.")
        seen = _look(path)
        wanted = {key: getattr(part, key) for key in seen}
        if seen != wanted:
            key = next(key for key in seen if seen[key] != wanted[key])
            raise BrokenArchive(
                f"{path}: {key} is {seen[key]}, the manifest says {wanted[key]}. "
                "Take the file from another copy."
            )


def lines_of(path: Path) -> Iterator[str]:
    """The lines of a file, one at a time."""
    try:
        with gzip.open(path, "rb") as file:
            while line := file.readline(LINE_LIMIT + 1):
                if len(line) > LINE_LIMIT:
                    raise BrokenArchive(f"{path} has a line of more than {LINE_LIMIT:,} bytes.")
                yield line.decode().rstrip("\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BrokenArchive(f"{path} cannot be read: {error}") from error


def _look(path: Path) -> dict[str, Any]:
    """What a file holds, from reading all of it."""
    content = hashlib.sha256()
    rows, first, last = 0, 0, 0
    for line in lines_of(path):
        content.update(f"{line}\n".encode())
        try:
            pk = int(json.loads(line)["id"])
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenArchive(f"{path}: line {rows + 1} is no row: {error}") from error
        rows, first, last = rows + 1, first or pk, pk
    packed = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            packed.update(chunk)
    return {
        "rows": rows,
        "first_id": first,
        "last_id": last,
        "bytes": path.stat().st_size,
        "sha256": packed.hexdigest(),
        "content_sha256": content.hexdigest(),
    }


def sync(folder: Path) -> None:
    """Make the names in a folder as durable as the files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
