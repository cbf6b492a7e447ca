"""SQL that is kept as text: each statement has a name and a sentence in a file of audit/sql."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from psycopg import sql

FOLDER = Path(__file__).resolve().parent / "sql"
_NAME = re.compile(r"^-- ([a-z_]+)\n(?=-- )", re.MULTILINE)


def statement(file: str, name: str) -> sql.SQL:
    """The statement of that name, to be given its parts by `format`.

    The text is the project's own; what varies comes in as composed SQL or as parameters.
    """
    try:
        return sql.SQL(_statements(file)[name])
    except KeyError:
        raise LookupError(f"audit/sql/{file} has no statement {name!r}. Check its name.") from None


@cache
def _statements(file: str) -> dict[str, str]:
    parts = _NAME.split((FOLDER / file).read_text(encoding="utf-8"))
    return {
        name: _without_comments(text).strip().rstrip(";")
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))
