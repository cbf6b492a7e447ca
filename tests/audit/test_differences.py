"""Differences of fields, texts and JSON: true for any input, readable, and bounded."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.alignment import Work, changed_blocks
from audit.differences import (
    ABSENT,
    Is,
    PathChange,
    Piece,
    changed_fields,
    compare_json,
    compare_texts,
    folded,
    shortened,
)

# No deadline and no folder of examples: the machine may be busy and the checkout stays clean.
SHORT = settings(max_examples=60, deadline=None, database=None)
# Texts of few different words, so that they have something in common; and texts of anything.
WORDS = st.lists(
    st.sampled_from(
        ["환불은", "환불이", "7일", "14일", "the", "fox", " ", "\n", ".", "가", "👨‍👩‍👧", "が"]
    )
).map("".join)
TEXTS = st.one_of(WORDS, st.text())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "환불"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "c.d", "한글"]), inner, max_size=3)
    ),
    max_leaves=12,
)


def shown(old: str, new: str) -> str:
    """A difference as one line: -removed- and +added+."""
    marks = {Is.SAME: "", Is.ADDED: "+", Is.REMOVED: "-"}
    pieces = compare_texts(old, new).pieces
    return "".join(f"{marks[p.kind]}{p.text}{marks[p.kind]}" for p in pieces)


@SHORT
@given(TEXTS, TEXTS)
def test_it_holds_both_texts_whole(old, new):
    difference = compare_texts(old, new)
    assert (difference.old, difference.new) == (old, new)


@SHORT
@given(TEXTS)
def test_it_finds_no_difference_between_equal_texts(text):
    assert {piece.kind for piece in compare_texts(text, text).pieces} <= {Is.SAME}


@SHORT
@given(TEXTS, TEXTS)
def test_it_never_leaves_two_pieces_of_one_kind_side_by_side(old, new):
    kinds = [piece.kind for piece in compare_texts(old, new).pieces]
    assert all(one != other for one, other in zip(kinds, kinds[1:], strict=False))


@SHORT
@given(TEXTS, TEXTS)
def test_it_folds_and_shortens_without_losing_a_character(old, new):
    difference = compare_texts(old, new)
    kept = folded(difference.pieces, around=3)
    assert "".join(p.text for p in kept if p.kind is not Is.ADDED) == old
    assert "".join(p.text for p in kept if p.kind is not Is.REMOVED) == new
    cut, left_out = shortened(difference.pieces, 5)
    whole = sum(len(piece.text) for piece in difference.pieces)
    assert sum(len(piece.text) for piece in cut) + left_out == whole
    assert sum(len(piece.text) for piece in cut) <= 5


@SHORT
@given(st.lists(st.integers(0, 4)), st.lists(st.integers(0, 4)), st.integers(0, 60))
def test_it_finds_blocks_that_turn_one_sequence_into_the_other(old, new, steps):
    result, at = [], 0
    for block in changed_blocks(old, new, Work(steps)):
        result += old[at : block.old_start] + new[block.new_start : block.new_end]
        at = block.old_end
    assert result + old[at:] == new


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("환불은 7일 이내에", "환불이 7일 이내에", "환불-은-+이+ 7일 이내에"),
        ("7일 이내에 가능", "14일 이내에 가능", "-7-+14+일 이내에 가능"),
        ("a cat sat", "a car sat", "a -cat-+car+ sat"),
        ("one two three four", "one 2 3 four", "one -two three-+2 3+ four"),
        ("👨‍👩‍👧 가족", "👨‍👩‍👦 가족", "-👨‍👩‍👧-+👨‍👩‍👦+ 가족"),
        ("가격", "가격\n", "가격+\n+"),
        ("東京都です", "京都です", "-東-京都です"),
    ],
)
def test_it_marks_what_a_reader_would_mark(old, new, expected):
    assert shown(old, new) == expected


def test_it_marks_the_new_part_of_a_long_title_without_spaces():
    old = "환불안내" * 40
    new = "환불안내" * 20 + "교환" + "환불안내" * 20
    assert shown(old, new) == f"{'환불안내' * 20}+교환+{'환불안내' * 20}"


def test_it_counts_words_and_no_signs():
    difference = compare_texts("하나, 둘.", "하나, 둘, 셋!")
    assert (difference.added, difference.removed) == (1, 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("가나 " * 66_000, "다라 " * 66_000),
        ("a b\n" * 50_000, "b a\n" * 49_000),
        ("가나" * 100_000, "나가" * 99_000),
        ("".join(chr(0xAC00 + i * 7 % 11_000) for i in range(200_000)), "가" * 200_000),
        ("\n" * 200_000, "x\n" * 100_000),
    ],
)
def test_it_bounds_its_work_on_the_longest_texts_and_says_when_it_was_coarse(old, new):
    began = time.process_time()
    difference = compare_texts(old, new)
    # Seconds even on a slow, busy machine; without a bound it would be hours.
    assert time.process_time() - began < 8
    assert (difference.old, difference.new) == (old, new)


def test_it_finds_one_changed_word_in_the_longest_text_exactly():
    lines = [
        f"{number}. 구매하신 상품은 7일 이내에 환불할 수 있습니다.\n" for number in range(6_000)
    ]
    new = [*lines]
    new[3_000] = new[3_000].replace("7일", "14일")
    difference = compare_texts("".join(lines), "".join(new))
    changed = [piece for piece in difference.pieces if piece.kind is not Is.SAME]
    assert changed == [Piece(Is.REMOVED, "7"), Piece(Is.ADDED, "14")]
    assert not difference.coarse


@SHORT
@given(JSON, JSON)
def test_it_finds_json_places_exactly_where_values_differ(old, new):
    changes = compare_json(old, new)
    assert bool(changes) == (repr(old) != repr(new) and not _same(old, new))
    assert all(change.old is not ABSENT or change.new is not ABSENT for change in changes)


def _same(old, new) -> bool:
    return json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)


def test_it_names_json_places_as_a_reader_would():
    old = {"blocks": [{"type": "hero"}, {"type": "list", "limit": 5}], "columns": 2, "a.b": True}
    new = {"blocks": [{"type": "hero"}, {"type": "list", "limit": 8}, "x"], "columns": 3, "a.b": 1}
    assert compare_json(old, new) == [
        PathChange("blocks[1].limit", 5, 8),
        PathChange("blocks[2]", ABSENT, "x"),
        PathChange("columns", 2, 3),
        PathChange('["a.b"]', True, 1),
    ]


def test_it_compares_what_is_nested_too_deep_as_a_whole():
    old: list = []
    new: list = [1]
    for _ in range(60):
        old, new = [old], [new]
    assert len(compare_json(old, new)) == 1


def test_it_lists_only_changed_fields_and_tells_none_from_absent():
    old = {"title": "a", "hidden": False, "gone": None, "position": 1}
    new = {"title": "b", "hidden": 0, "position": 1, "born": None}
    assert changed_fields(old, new) == ["title", "hidden", "born", "gone"]
