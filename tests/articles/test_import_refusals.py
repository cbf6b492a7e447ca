"""Lines that cannot be loaded: named with their number and reason, and left without a trace."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from articles.importing.lines import BadLine, parse
from articles.importing.source import RawLine
from articles.models import Member
from audit.models import Event
from tests.articles.conftest import site_as_of, site_now
from tests.articles.histories import MINJI, at, create, dumps, line, move, update

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GOOD = line(5, create("a/b.md"))
LONE = '{"title": "\\ud800"}'


def without(name: str) -> dict:
    return {key: value for key, value in GOOD.items() if key != name}


BAD = {
    "not JSON": (b"{", "it is not JSON"),
    "not UTF-8": (b'{"at": "\xff"}', "it is not UTF-8 at byte 8"),
    "too deep": (b"[" * 100_000, "it is not JSON"),
    "a huge number": (b'{"at": ' + b"9" * 10_000 + b"}", "it is not JSON"),
    "not an object": ([1], "the line is not an object"),
    "no time": (without("at"), "'at' is missing"),
    "no member": (without("member"), "'member' is missing"),
    "no message": (without("message"), "'message' is missing"),
    "no changes": (without("changes"), "'changes' is missing"),
    "a time that is none": ({**GOOD, "at": "gestern"}, "not an ISO 8601 time"),
    "a time that is a number": ({**GOOD, "at": 5}, "'at' is not a text"),
    "no zone": ({**GOOD, "at": "2021-03-01T09:05:00"}, "has no time zone"),
    "in the future": ({**GOOD, "at": "2027-01-01T00:00:00Z"}, "or in the future"),
    "too long ago": ({**GOOD, "at": "0001-01-01T00:00:00Z"}, "lies before 1990"),
    "out of bounds": ({**GOOD, "at": "9999-12-31T23:59:59-23:59"}, "not an ISO 8601 time"),
    "not after the line before": ({**GOOD, "at": at(4).isoformat()}, "not after the line before"),
    "an unknown language": ({**GOOD, "language": "xx"}, "'language' is 'xx'; it may be en, ja"),
    "a member that is a text": ({**GOOD, "member": "m"}, "member is not an object"),
    "a member without key": ({**GOOD, "member": {"name": "", "email": ""}}, "'key' is missing"),
    "a long key": ({**GOOD, "member": {**MINJI, "key": "x" * 65}}, "'key' has 65 characters"),
    "a long name": ({**GOOD, "member": {**MINJI, "name": "가" * 151}}, "'name' has 151"),
    "a long address": ({**GOOD, "member": {**MINJI, "email": "e" * 255}}, "'email' has 255"),
    "changes that are none": ({**GOOD, "changes": {}}, "'changes' is not a list"),
    "a change that is none": ({**GOOD, "changes": ["x"]}, "a change is not an object"),
    "an unknown op": (line(5, {"op": "rename", "path": "a"}), "'op' is 'rename'; it may be"),
    "no path": (line(5, {"op": "delete"}), "'path' is missing"),
    "an empty path": (line(5, create("")), "'path' has 0 characters"),
    "an empty part": (line(5, create("a//b")), "'path' is 'a//b'"),
    "a path from the root": (line(5, create("/a")), "'path' is '/a'"),
    "a long part": (line(5, create("a" * 201)), "each of 1 to 200 characters"),
    "too many folders": (line(5, create("a/" * 21 + "b")), "at most 20 folders"),
    "a move from nowhere": (line(5, {**create("a"), "op": "move"}), "'from' is missing"),
    "a bad origin": (line(5, move("a/", "b")), "'from' is 'a/'"),
    "no body": (line(5, {"op": "update", "path": "a", "title": "x"}), "'body' is missing"),
    "a long title": (line(5, create("a", "가" * 301)), "'title' has 301 characters; 0 to 300"),
    "a long body": (line(5, create("a", body="가" * 200_001)), "'body' has 200,001 characters"),
    "half a surrogate": (line(5, create("a", "\ud800")), "a character that cannot be stored"),
    "a NUL": (line(5, create("a", body="x\0y")), "'body' holds a character that cannot"),
    "a long message": ({**GOOD, "message": "m" * 20_001}, "'message' has 20,001"),
}


@pytest.mark.parametrize("name", BAD)
def test_it_names_what_is_wrong(name):
    entry, why = BAD[name]
    data = entry if isinstance(entry, bytes) else dumps_any(entry)
    with pytest.raises(BadLine) as caught:
        parse(RawLine(7, data), at(4), NOW)
    assert why in str(caught.value)


def dumps_any(entry: object) -> bytes:
    """As a file could spell it, half a surrogate too."""
    return dumps(entry).encode("utf-8", "surrogatepass").replace(b"\xed\xa0\x80", b"\\ud800")


def test_it_takes_a_line_that_is_in_order():
    parsed = parse(RawLine(7, dumps(GOOD).encode()), at(4), NOW)
    assert (parsed.number, parsed.at, parsed.author.name) == (7, at(5), "김민지")


@pytest.mark.parametrize("size", [300, 1])
def test_it_takes_what_just_fits(size):
    longest = create("a" * 200, "가" * size, "나" * 200_000)
    assert parse(RawLine(1, dumps(line(5, longest)).encode()), None, NOW).changes[0].title


def test_it_goes_on_after_a_bad_line_and_ends_with_status_1(load):
    lines = [
        line(1, create("a.md")),
        "{broken",
        line(3, create("b.md", "가" * 301), create("c.md")),
        "",
        line(5, update("a.md", "고침")),
        line(4, create("d.md")),
        line(6, create("e.md"), member={"key": "new", "name": "새 사람", "email": ""}),
    ]
    found = load(lines)
    assert found.status == 1
    assert str(found.error) == "3 of 6 lines were refused."
    assert [note.partition(": it")[0] for note in found.notes()[:1]] == ["line 2: refused"]
    assert [note.split(":")[0] for note in found.notes()] == ["line 2", "line 3", "line 6"]
    assert set(site_now()) == {("a.md", "ko"), ("e.md", "ko")}


def test_it_loads_no_part_of_a_line_that_it_refuses(load):
    stranger = {"key": "s", "name": "낯선 이", "email": ""}
    refused = line(2, create("x/c.md"), create("d.md", "가" * 301), member=stranger)
    load([line(1, create("a.md")), refused])
    assert Member.objects.count() == 1
    assert Event.objects.filter(actor_kind="member").count() == 1
    assert site_as_of(at(2)) == site_as_of(at(1))


def test_it_reports_the_same_refusals_when_it_runs_again(load):
    lines = [line(1, create("a.md")), "{broken", line(3, create("b.md"))]
    first, second = load(lines), load(lines)
    assert first.notes() == second.notes() != []
    assert second.status == 1


def test_it_cuts_a_long_message_and_flags_the_event(load):
    assert load([line(1, create("a.md"), message="길" * 1_500)]).status == 0
    event = Event.objects.get(actor_kind="member")
    assert (event.reason, event.flags) == ("길" * 1_000, ["reason cut"])


def test_a_file_of_bad_lines_only_leaves_nothing(load):
    found = load(["{", "}"])
    assert found.status == 1
    assert not Event.objects.exists()
