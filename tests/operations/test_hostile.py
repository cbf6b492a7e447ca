"""What attackers and careless insiders send: refused or harmless, never an error of ours."""

import json

import pytest
from django.urls import reverse

from articles.models import Channel
from audit import reads
from audit.models import Event
from backoffice.operations import registry
from backoffice.operations.approval.asking import ask
from backoffice.operations.approval.models import Request
from backoffice.operations.approval.performers import asking
from backoffice.operations.bulk import previewing, runs
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.preview import preview
from tests.accounts.lending import approve, elevate
from tests.operations.facts import REASON, content, look
from tests.operations.test_forged import sent

MINJI = "minji@acme.test"
TAKEN_OUT = ("preview.downloaded", "run.downloaded", "run.opened")


def test_what_was_searched_for_is_not_in_the_event_of_a_run(browse, begin, site):
    run = runs.start_run(begin("member.mark_left", query=f"q={MINJI}&role=editor"))
    params = Event.objects.get(pk=run.parent_event).params
    assert params["selection"] == {"kind": "list", "query": "q=%E2%80%A6&role=editor"}
    page = browse("vera").get(f"/events/{run.parent_event}/").content.decode()
    assert "minji" not in page


@pytest.mark.parametrize(
    "name", ["channel.suspend", "member.mark_left", "article.resurrect", "article.reorder"]
)
def test_a_selection_is_only_for_what_was_offered_for_it(browse, site, frozen, name):
    """The ids of articles are those of other records as well."""
    otis, token = browse("otis"), frozen("article.hide").token
    address, before = reverse("bulk-fill", args=[token, name]), content()
    assert otis.get(address).status_code == 403
    assert otis.post(address, {"reason": REASON}).status_code == 403
    assert content() == before
    assert Channel.objects.get(pk=site.channel).status == "active"


def test_a_long_text_can_be_sent_for_approval(browse, site):
    vera, body = browse("vera"), "가" * 100_000
    data = {**sent(site.translations[:1], body=body), "ask": "1"}
    token = vera.post("/operations/translation.edit/", data)["location"].split("/")[-2]
    assert vera.post(reverse("approval-send", args=[token])).status_code == 302
    assert Request.objects.get().params == {"body": body}


def test_who_agrees_to_a_text_reads_all_of_it(browse, people, site):
    """Rows show how it begins; what somebody hides far below is what is agreed to as well."""
    body = "환불은 7일 안에." + " " * 500 + "hidden-below"
    performer = asking(StaffPerformer(people["vera"]), registry.get("translation.edit"))
    targets = site.translations[:1]
    stored = preview("translation.edit", targets, {"body": body}, actor=performer, reason=REASON)
    address = f"/requests/{ask(people['vera'], stored).pk}/"
    assert "hidden-below" in browse("otis").get(address).content.decode()
    assert "hidden-below" in browse("vera").get(address).content.decode()


def test_a_large_layout_is_given_to_many(begin, site):
    layout = json.dumps({"a": "\t" * 9_800})
    run = begin("space.edit", {"change_home_layout": "on", "home_layout": layout})
    assert (run.state, run.possible) == ("finished", 1)


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ('{"a":' * 800 + "1" + "}" * 800, "nested too deeply"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "“c” stands twice"),
        ("null", "cannot be null"),
    ],
)
def test_json_that_would_trouble_its_readers_is_told_so(browse, site, layout, message):
    before = content()
    page = browse("otis").post("/operations/space.edit/", sent([site.space], home_layout=layout))
    assert page.status_code == 422
    assert message in page.content.decode()
    assert content() == before


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00", "0001-01-01T12:00", "9999-12-31T23:59"])
def test_moments_at_the_ends_of_the_calendar_are_refused(browse, site, moment):
    before = content()
    data = sent(site.articles[:1], published_at=moment)
    page = browse("otis").post("/operations/article.edit/", data)
    assert page.status_code == 422
    assert "from 1900 to 2999" in page.content.decode()
    assert content() == before


def test_what_is_taken_out_leaves_an_event(browse, begin, site):
    otis = browse("otis")
    page = otis.post("/operations/article.hide/", sent(site.articles))["location"]
    assert otis.get(f"{page}rows.csv").status_code == 200
    run = begin("article.hide")
    address = reverse("bulk-run", args=[run.token])
    for name in ("rows.csv", "undone.csv", ""):
        assert otis.get(f"{address}{name}").status_code == 200
    assert browse("ada").get(address).status_code == 200
    reads.courier().flush()
    told = Event.objects.filter(name__in=TAKEN_OUT).order_by("name", "id")
    assert [(e.actor_label, e.name, e.scope, e.params.get("file")) for e in told] == [
        ("Otis", "preview.downloaded", site.channel, None),
        ("Otis", "run.downloaded", site.channel, "rows"),
        ("Otis", "run.downloaded", site.channel, "undone"),
        ("Ada", "run.opened", site.channel, None),
    ]


@pytest.mark.parametrize("text", ["\u202e\u202e", "\ufeff", "\u200b \u200b"])
def test_what_nobody_can_read_is_no_answer(browse, people, site, text):
    performer = asking(StaffPerformer(people["vera"]), registry.get("article.hide"))
    found = ask(
        people["vera"], preview("article.hide", site.articles, {}, actor=performer, reason=REASON)
    )
    otis, address = browse("otis"), f"/requests/{found.pk}/"
    assert otis.post(f"{address}refuse/", {"reason": text}).status_code == 422
    assert otis.post(f"{address}comment/", {"text": text}).status_code == 422
    assert Request.objects.get().state == "open"
    assert not found.comments.exists()
    assert otis.post(f"{address}comment/", {"text": "👍"}).status_code == 302


def test_a_run_over_many_scopes_keeps_those_that_are_not_open_to_all(
    people, site, elsewhere, restrict, begin, monkeypatch
):
    monkeypatch.setattr(previewing, "SCOPES", 1)
    restrict(elsewhere.channel, people["otis"])
    run = begin("article.hide")
    assert run.possible == 6
    assert run.scopes == [elsewhere.channel]


def test_a_lent_role_is_named_by_what_was_done_in_it(people, site, begin, settings):
    otis, vera = people["otis"], elevate(people["vera"], people["ada"])
    people["vera"] = vera
    run = runs.start_run(begin("article.hide", staff="vera"))
    assert Event.objects.get(pk=run.parent_event).params["elevated_to"] == "operator"
    settings.APPROVAL_ABOVE = 2
    found = ask(otis, look("article.pin", site.articles, otis))
    approve(found, vera)
    told = Event.objects.get(name="approval.approved", actor_id=str(vera.pk))
    assert told.params["elevated_to"] == "operator"


def test_a_request_outlives_the_declaration_of_its_operation(browse, people, site, settings):
    settings.APPROVAL_ABOVE = 2
    found = ask(people["otis"], look("article.pin", site.articles, people["otis"]))
    Request.objects.filter(pk=found.pk).update(operation="article.of_old")
    for name in ("otis", "ada"):
        client, address = browse(name), f"/requests/{found.pk}/"
        assert client.get(address).status_code == 200
        assert client.post(f"{address}approve/", {"look": "x"}).status_code in {403, 409, 410}
