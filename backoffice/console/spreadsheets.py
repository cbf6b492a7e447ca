"""Text that spreadsheets open safely, written line by line."""

from __future__ import annotations

# A cell that begins with one of these would be run as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Excel takes a file for UTF-8 by this mark only.
MARK = "\ufeff"


class Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def safe_cell(value: object) -> str:
    """Text that a spreadsheet shows and never runs."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
