"""Text that spreadsheets open safely, written line by line."""

from __future__ import annotations

import re
import unicodedata

# A cell that begins with one of these would be run as a formula, in full width too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# What some programs leave away at the beginning of a cell: blanks and what is not seen at all.
_UNSEEN = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
# Excel takes a file for UTF-8 by this mark only.
MARK = "\ufeff"


class Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def safe_cell(value: object) -> str:
    """Text that a spreadsheet shows and never runs.

    As https://owasp.org/www-community/attacks/CSV_Injection has it, and what full-width keyboards
    and invisible letters make of it.
    """
    text = str(value)
    return f"'{text}" if _runs(text) else text


def _runs(text: str) -> bool:
    if text.startswith(FORMULA_STARTS):
        return True
    seen = _UNSEEN.sub("", text, count=1) if _UNSEEN.match(text) else text
    return unicodedata.normalize("NFKC", seen[:1]).startswith(FORMULA_STARTS)
