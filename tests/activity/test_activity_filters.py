"""What the activity is narrowed by: who, where, what, when, why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit import events
from audit.actors import Actor
from audit.models import Outcome
from tests.activity.conftest import words
from tests.audit.writing import JIHO, MINJI, change_by


@pytest.fixture
def acts(site, elsewhere, hide, product, people):
    """One act each of a member, another member elsewhere, and a refusal of the staff."""
    hidden = hide(site.articles, MINJI, "시즌 종료 정리")
    other = hide(elsewhere.articles, JIHO, "고객 요청")
    denied = events.record(
        "article.hidden", actor=Actor.staff(people["otis"]), outcome=Outcome.DENIED, reason="no"
    ).event_id
    with change_by(product, MINJI) as cursor:
        cursor.execute("UPDATE articles_space SET website_enabled = false")
    return {"hidden": hidden, "other": other, "denied": denied}


def found(client, **query):
    page = client.get("/activity/", query)
    assert page.status_code == 200
    return {row.event.pk for row in page.context["timeline"].items}


def test_each_filter_finds_its_own(browse, acts, site, elsewhere, people):
    otis = browse("otis")
    hidden, other, denied = acts["hidden"], acts["other"], acts["denied"]
    assert found(otis, scope=site.channel, verb="hidden") == {hidden}
    assert found(otis, scope=f"#{elsewhere.channel}", verb="hidden") == {other}
    assert found(otis, area=site.space, verb="hidden") == {hidden}
    assert found(otis, outcome="denied") == {denied}
    assert found(otis, name="article.hidden") == {denied}
    assert found(otis, by="staff") == {denied} | found(otis, by="staff")
    assert hidden not in found(otis, by="staff") and denied in found(otis, by="staff")
    assert found(otis, text="시즌") == {hidden}
    assert found(otis, person="이지호") == {other}
    assert found(otis, actor="member:jiho", since="2020-01-01") == {other}
    assert found(otis, actor="member:jiho", until="2020-01-01") == set()
    assert found(otis, field="article.hidden", entity="space") == {hidden, other}


def test_actor_and_moments_make_an_address_that_others_link_to(browse, acts):
    now = timezone.now()
    span = {"since": (now - timedelta(hours=1)).isoformat(), "until": now.isoformat()}
    assert found(browse("vera"), actor="member:minji", verb="hidden", **span) == {acts["hidden"]}


def test_a_channel_is_found_by_its_name_and_a_name_of_several_is_asked_about(browse, acts, site):
    otis = browse("otis")
    assert found(otis, scope="아크미 acme", verb="hidden") == {acts["hidden"]}
    page = otis.get("/activity/", {"scope": "아크미"})
    assert page.status_code == 400
    offered = page.context["reading"].suggestions
    assert len(offered) == 2
    assert otis.get(offered[0].url).status_code == 200


def test_a_typed_name_offers_whom_it_may_mean_exactly(browse, acts, site, elsewhere):
    otis = browse("otis")
    page = otis.get("/activity/", {"person": "김민지"})
    urls = [choice.url for choice in page.context["reading"].suggestions]
    assert f"/activity/?actor=member%3Aminji&scope={site.channel}" in urls
    (staff,) = otis.get("/activity/", {"person": "Otis"}).context["reading"].suggestions
    assert "Otis" in staff.label
    rows = otis.get(staff.url).context["timeline"].items
    assert [row.event.pk for row in rows] == [acts["denied"]]


def test_who_may_not_see_names_finds_nobody_by_them(browse, acts):
    vera = browse("vera")
    page = vera.get("/activity/", {"person": "이지호"})
    assert page.context["timeline"].items == []
    assert page.context["reading"].suggestions == []
    assert "이지호" not in words(vera.get("/activity/", {"actor": "member:jiho"}))
    assert found(vera, person="jiho", verb="hidden") == {acts["other"]}


def test_chips_say_what_is_on_and_take_it_off(browse, acts, site):
    page = browse("otis").get("/activity/", {"actor": "member:minji", "scope": str(site.channel)})
    chips = {chip.label: chip for chip in page.context["reading"].chips}
    assert chips["By"].value == "김민지 (member)"
    assert chips["Channel"].value == "아크미 acme"
    assert chips["Channel"].url == "/activity/?actor=member%3Aminji"


def test_a_members_pages_lead_to_what_they_did(browse, acts, site):
    otis = browse("otis")
    query = f"actor=member%3Aminji&amp;scope={site.channel}"
    for address in (f"/members/{site.member}/", f"/members/{site.member}/timeline/"):
        html = otis.get(address).content.decode()
        assert f'href="/activity/?{query}"' in html.replace("&scope", "&amp;scope"), address
    assert acts["hidden"] in found(otis, actor="member:minji", scope=site.channel)


def test_a_closed_channel_cannot_be_asked_for(browse, acts, site, restrict, people):
    restrict(site.channel, people["otis"])
    page = browse("vera").get("/activity/", {"scope": str(site.channel)})
    assert page.status_code == 400
    assert "acme" not in words(page).replace("other", "")
    assert acts["hidden"] not in found(browse("vera"))
    assert acts["hidden"] in found(browse("otis"), scope=site.channel)


@pytest.mark.parametrize(
    "query", ["scope=nobody", "scope=0", "area=x", "by=planet", "name=planet.exploded", "outcome=x"]
)
def test_what_cannot_be_read_is_named_and_nothing_is_shown(browse, acts, query):
    page = browse("vera").get(f"/activity/?{query}")
    assert page.status_code == 400
    assert page.context["timeline"].items == []


def test_events_can_be_asked_for_one_channel(browse, acts, site, people):
    read = events.record(
        "record.opened",
        actor=Actor.staff(people["otis"]),
        entity="article",
        record_id="1",
        scope=site.channel,
    ).event_id
    page = browse("ada").get("/events/", {"scope": str(site.channel), "name": "record.opened"})
    assert [entry.event.pk for entry in page.context["timeline"].entries] == [read]
