"""Differences side by side: line beside line, and nothing lost."""

import pytest

from audit.differences import compare_texts, folded
from backoffice.activity.shown import ALL_PATHS, shown_difference, shown_paths

OLD = "제목\n첫째 줄은 그대로.\n둘째 줄은 바뀝니다.\n\n넷째 줄.\n"
NEW = "제목\n첫째 줄은 그대로.\n둘째 줄이 바뀌었습니다.\n\n넷째 줄.\n다섯째 줄.\n"


def sides(rows):
    """Both texts as the two columns hold them, folded stretches on either side."""
    old = "".join(p.text for row in rows for p in ([row.skipped] if row.skipped else row.old))
    new = "".join(p.text for row in rows for p in ([row.skipped] if row.skipped else row.new))
    return old, new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, NEW),
        (NEW, OLD),
        ("", NEW),
        (OLD, ""),
        ("가나다", "가나라"),
        (
            "환불은 7일 이내.\n" * 200,
            "환불은 7일 이내.\n" * 99 + "새 줄\n" + "환불은 7일 이내.\n" * 101,
        ),
    ],
)
def test_each_side_holds_its_whole_text(old, new):
    found = compare_texts(old, new)
    shown = shown_difference(found, folded(found.pieces), expands=True)
    assert sides(shown.rows) == (old, new)


def test_lines_that_did_not_change_stand_beside_each_other():
    found = compare_texts(OLD, NEW)
    rows = shown_difference(found, list(found.pieces)).rows
    changed = [row for row in rows if row.old != row.new]
    assert len(changed) == 2
    assert "".join(piece.text for piece in changed[0].old) == "둘째 줄은 바뀝니다.\n"


def test_it_says_how_many_places_of_json_it_leaves_out():
    old = {f"key{number}": number for number in range(30)}
    new = {name: value + 1 for name, value in old.items()}
    paths, more = shown_paths(old, new, 20)
    assert (len(paths), more) == (20, 10)
    assert shown_paths(old, new, ALL_PATHS)[1] == 0
