"""Cells that somebody planted: shown by spreadsheets as they were written, and never run."""

import pytest

from backoffice.console.spreadsheets import safe_cell

FORMULA = '=HYPERLINK("http://evil.test";"환불")'
PLANTED = [
    *(FORMULA, "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1"),
    *(
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(1)",
        "\u3000＝1",
        "\u200b=1",
        "\ufeff=1",
        "﹢1",
        "﹣1",
        "﹦1",
        "﹫a",
    ),
]
HARMLESS = ["", "환불 안내", "a=b", "1-2", "minji@acme.test", "'=1", "#42", "“=1”", "ㅎ", "０=0"]


@pytest.mark.parametrize("text", PLANTED)
def test_a_cell_that_would_be_run_is_marked_as_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_is_left_as_it_is(text):
    assert safe_cell(text) == text
