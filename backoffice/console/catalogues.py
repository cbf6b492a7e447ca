"""Whether the translations are complete, compiled, and in step with the texts of the code."""

from __future__ import annotations

import ast
import gettext
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SOURCES = ("audit", "backoffice", "articles", "templates", "manage.py")
FILE = Path("ko/LC_MESSAGES/django.po")


@dataclass
class Message:
    """One entry of a catalogue: its key, its translations, and whether they were only guessed."""

    key: str = ""
    texts: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def translated(self) -> bool:
        return not self.fuzzy and bool(self.texts) and all(self.texts.values())


def read(path: Path) -> dict[str, Message]:
    """The messages of a .po file by key; the key of a message in a context starts with that."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    messages = [_message(block.splitlines()) for block in blocks]
    return {message.key: message for message in messages if message.key}


def _message(lines: list[str]) -> Message:
    parts: dict[str, str] = {}
    name = ""
    for line in lines:
        if line.startswith('"'):
            parts[name] += ast.literal_eval(line)
        elif line.startswith("msg"):
            name, _, text = line.partition(" ")
            parts[name] = ast.literal_eval(text)
    context = parts.get("msgctxt")
    key = parts.get("msgid", "")
    numbered = {
        int(name[7:-1]) if "[" in name else 0: text
        for name, text in parts.items()
        if name.startswith("msgstr")
    }
    return Message(
        key if context is None else f"{context}\x04{key}",
        numbered,
        any(line.startswith("#,") and "fuzzy" in line for line in lines),
    )


def problems(root: Path, folders: list[Path]) -> Iterator[str]:
    """Everything that is wrong with the catalogues in these locale folders, a line each."""
    for folder in folders:
        path = folder / FILE
        where = path.relative_to(root)
        known = read(path)
        for message in known.values():
            if not message.translated:
                yield f"{where}: {message.key!r} is not translated."
        yield from _stale(path, where, known)
    if can_extract():
        yield from _malformed(folders)
        yield from _out_of_step(root, folders)


def can_extract() -> bool:
    """Whether gettext's tools are there, without which the code cannot be compared."""
    return bool(shutil.which("xgettext") and shutil.which("msgfmt"))


def _stale(path: Path, where: Path, known: Mapping[str, Message]) -> Iterator[str]:
    """The compiled file must say what the source says, since people see the compiled one."""
    compiled = path.with_suffix(".mo")
    if not compiled.exists():
        yield f"{where}: it is not compiled. Run `manage.py compilemessages`."
        return
    with compiled.open("rb") as file:
        translations = gettext.GNUTranslations(file)
    catalogue = vars(translations)["_catalog"]
    for message in known.values():
        for number, text in message.texts.items():
            if text not in (catalogue.get(message.key), catalogue.get((message.key, number))):
                yield f"{where}: {message.key!r} is compiled otherwise. Run compilemessages."


def _malformed(folders: list[Path]) -> Iterator[str]:
    for folder in folders:
        check = ["msgfmt", "--check", "--output-file=/dev/null", str(folder / FILE)]
        result = subprocess.run(check, capture_output=True, text=True, check=False)
        if result.returncode:
            yield result.stderr.strip()


def _out_of_step(root: Path, folders: list[Path]) -> Iterator[str]:
    """Extract the texts of a copy of the code, and compare."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for source in SOURCES:
            place = shutil.copytree if (root / source).is_dir() else shutil.copy
            place(root / source, copy / source)
        command = [sys.executable, "-W", "ignore", "manage.py", "makemessages", "-l", "ko"]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "backoffice.settings",
            "BACKOFFICE_DATA": str(copy / ".data"),
        }
        result = subprocess.run(
            [*command, "--no-obsolete", "-v", "0"],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            yield f"makemessages failed: {result.stderr.strip()[-1000:]}"
            return
        paths = [folder.relative_to(root) / FILE for folder in folders]
        wanted = {path: read(copy / path) for path in paths}
    for path in paths:
        known = read(root / path)
        for key, message in wanted[path].items():
            if key not in known or (not message.translated and known[key].translated):
                yield f"{path}: {key!r} is in the code only. Run `manage.py makemessages -l ko`."
        for key in known.keys() - wanted[path].keys():
            yield f"{path}: {key!r} is no longer in the code. Remove it."
