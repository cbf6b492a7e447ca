"""What the filters match as a file: complete, safe to open, masked, and itself an event."""

import csv
import io
import json

import pytest
from django.db import OperationalError

from audit import events
from audit.actors import Actor
from audit.models import Event
from backoffice.accounts.models import Staff
from backoffice.accounts.staffing import grant_role
from backoffice.activity import export
from tests.activity.conftest import BACKEND
from tests.audit.writing import MINJI, change_by

CSV, NDJSON = "/activity/export/csv/", "/activity/export/ndjson/"


def text_of(response):
    assert response.status_code == 200, response
    return b"".join(response.streaming_content).decode()


def rows_of(response):
    text = text_of(response)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def lines_of(response):
    return [json.loads(line) for line in text_of(response).splitlines()]


def noted():
    found = Event.objects.filter(name="activity.exported").order_by("id")
    return [(event.outcome, event.params.get("count")) for event in found]


def test_it_holds_every_event_once_whatever_the_batches(browse, site, hide, monkeypatch):
    made = [hide([article]) for article in site.articles]
    otis = browse("otis")
    whole = rows_of(otis.get(CSV))
    assert [int(row["event"]) for row in whole[:3]] == made[::-1]
    changes = Event.objects.filter(kind="change").count()
    assert len({row["event"] for row in whole}) == changes
    monkeypatch.setattr(export, "BATCH", 2)
    assert rows_of(otis.get(CSV)) == whole
    lines = lines_of(otis.get(NDJSON))
    assert [line["event"] for line in lines[:3]] == made[::-1]
    assert lines[0]["effects"][0] == {
        "entity": "article",
        "verb": "hidden",
        "fields": ["hidden"],
        "count": 1,
        "record": site.articles[-1],
        "scopes": [site.channel],
    }
    assert lines[0]["actor"] == {"kind": "member", "id": "minji", "name": "김민지"}


def test_it_keeps_to_the_filters_of_the_page(browse, site, hide):
    event = hide(site.articles)
    rows = rows_of(browse("otis").get(CSV, {"verb": "hidden", "actor": "member:minji"}))
    assert [(int(row["event"]), row["count"]) for row in rows] == [(event, "3")]
    assert browse("otis").get(CSV, {"verb": "exploded"}).status_code == 400
    assert browse("otis").get("/activity/export/xml/").status_code == 404


def test_the_export_is_an_event_with_its_filter_and_its_count(browse, site, hide):
    hide(site.articles)
    text_of(browse("otis").get(CSV, {"verb": "hidden"}))
    assert noted() == [("requested", None), ("succeeded", 1)]
    last = Event.objects.filter(name="activity.exported").latest("id")
    assert (last.params["filter"], last.params["format"]) == ("verb=hidden", "csv")
    assert (last.actor_label, last.kind, last.tool) == ("Otis", "read", "console")


def test_one_that_nobody_waits_for_is_noted_as_cancelled(browse, site, hide, monkeypatch):
    monkeypatch.setattr(export, "BATCH", 1)
    hide(site.articles)
    response = browse("otis").get(CSV)
    parts = iter(response.streaming_content)
    next(parts)
    next(parts)
    response.close()
    assert [outcome for outcome, _count in noted()] == ["requested", "cancelled"]


def test_one_that_is_cut_says_so_in_its_last_line(browse, site, hide, monkeypatch):
    monkeypatch.setattr(export, "BATCH", 1)
    for article in site.articles:
        hide([article])
    real, asked = export.next_passing, []

    def lost(*args):
        asked.append(args)
        if len(asked) > 3:
            raise OperationalError("the server went away\nfor good")
        return real(*args)

    monkeypatch.setattr(export, "next_passing", lost)
    lines = lines_of(browse("otis").get(NDJSON))
    assert lines[-1] == {"cut": True, "events": 2, "problem": "the server went away"}
    assert noted()[-1] == ("partial", 2)


def test_cells_are_no_formulas_and_secrets_are_masked(browse, site, product, people):
    with change_by(product, MINJI, reason="=HYPERLINK(1)") as cursor:
        cursor.execute("UPDATE articles_article SET pinned = true")
    rows = rows_of(browse("otis").get(CSV, {"field": "pinned"}))
    assert rows[0]["reason"] == "'=HYPERLINK(1)"
    params = {"token": "abc", "q": "환불"}
    events.record("search.made", actor=Actor.staff(people["otis"]), params=params)
    text = text_of(browse("otis").get("/events/export/ndjson/", {"name": "search.made"}))
    assert "환불" in text and "abc" not in text and "•••" in text


def test_closed_scopes_are_left_out_and_names_masked(
    browse, site, elsewhere, hide, restrict, people
):
    inside, both = hide(site.articles), hide([*site.articles, *elsewhere.articles])
    restrict(site.channel, people["ada"])
    lines = lines_of(browse("otis").get(NDJSON))
    assert inside not in {line["event"] for line in lines}
    shared = next(line for line in lines if line["event"] == both)
    assert [effect["scopes"] for effect in shared["effects"]] == [[elsewhere.channel]]
    grant_role("dev@example.com", "developer", actor=Actor.service("tests"), reason="x", name="D")
    dev = browse("vera")
    dev.force_login(Staff.objects.get(email="dev@example.com"), backend=BACKEND)
    for address in (CSV, NDJSON):
        text = text_of(dev.get(address))
        assert "김민지" not in text and "minji" in text


@pytest.mark.parametrize("address", [CSV, NDJSON, "/events/export/csv/"])
def test_who_may_not_export_is_refused_and_nothing_is_noted(browse, site, address):
    vera = browse("vera")
    assert vera.get(address).status_code == 403
    assert "Export" not in vera.get("/activity/").content.decode()
    assert "Export" in browse("otis").get("/activity/").content.decode()
    assert vera.post(address).status_code == 405
    assert noted() == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "＝", " ＝"])
def test_what_somebody_planted_is_no_formula_in_any_cell(browse, site, hide, start):
    planted = f"{start}1+1"
    actor = Actor.member(planted[:60], planted)
    event = hide(site.articles, actor=actor, reason=planted)
    otis = browse("otis")
    for address in (CSV, "/events/export/csv/"):
        text = text_of(otis.get(address, {"verb": "hidden"} if address == CSV else {}))
        cells = [cell for row in csv.reader(io.StringIO(text[1:], newline="")) for cell in row]
        assert str(event) in cells
        assert not [cell for cell in cells if cell.lstrip().startswith((*"=+-@", "＝"))]
        assert f"'{planted}".replace("\r", "") in [cell.replace("\r", "") for cell in cells]
