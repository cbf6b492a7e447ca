"""The hit is marked in the text as it is written, and nothing in the text is obeyed."""

import unicodedata

import pytest

from backoffice.entities.highlight import excerpt, holds, mark
from backoffice.entities.search_key import normalise


def words(*texts):
    return [normalise(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "searched", "expected"),
    [
        ("환불 안내", ["환불"], "<mark>환불</mark> 안내"),
        ("환불 안내", ["화"], "<mark>환</mark>불 안내"),
        ("환불 안내", ["환불", "안"], "<mark>환불</mark> <mark>안</mark>내"),
        ("환불안내", ["환불", "불안"], "<mark>환불안</mark>내"),
        ("Refund REFUND", ["refund"], "<mark>Refund</mark> <mark>REFUND</mark>"),
        ("Café", ["cafe"], "<mark>Café</mark>"),
        ("aaaa", ["aa"], "<mark>aaaa</mark>"),
        ("nothing", ["else"], "nothing"),
        ("nothing", [], "nothing"),
        ("", ["x"], ""),
        ("👨‍👩‍👧 family", ["family"], "👨‍👩‍👧 <mark>family</mark>"),
    ],
)
def test_it_marks_whole_letters(text, searched, expected):
    assert mark(text, words(*searched)) == expected


def test_it_marks_decomposed_text_in_its_composed_form():
    assert (
        mark(unicodedata.normalize("NFD", "환불 안내"), words("환불")) == "<mark>환불</mark> 안내"
    )


def test_it_escapes_the_text_around_and_inside_of_the_mark():
    text = '<script>"x"</script>&amp;'
    assert mark(text, words("script")) == (
        "&lt;<mark>script</mark>&gt;&quot;x&quot;&lt;/<mark>script</mark>&gt;&amp;amp;"
    )


def test_it_does_not_lose_what_is_longer_than_it_looks_through():
    text = "환" * 5_000
    assert mark(text, words("없음")) == text


def test_it_cuts_a_line_around_the_first_hit():
    text = "앞" * 300 + " 환불 " + "뒤" * 300
    line = excerpt(text, words("환불"))
    assert line.startswith("…앞")
    assert "<mark>환불</mark>" in line
    assert line.endswith("뒤…")
    assert len(line) < 250


def test_it_holds_only_what_holds_every_word():
    assert holds("환불 안내", words("환불", "안내"))
    assert not holds("환불 안내", words("환불", "배송"))
