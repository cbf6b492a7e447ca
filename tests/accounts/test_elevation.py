"""Another role for a while: asked for with a reason, agreed to by another, over in time."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.actors import Actor
from audit.models import Effect, Event
from backoffice.accounts import elevation
from backoffice.accounts.access import restricted_scopes
from backoffice.accounts.elevation import end_expired
from backoffice.accounts.models import Staff
from backoffice.accounts.staffing import grant_role
from backoffice.operations.exceptions import Conflict, Denied, Invalid, NeedsApproval
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from backoffice.operations.preview import preview
from tests.accounts.lending import HOUR, REASON, approve, asked, elevate, now, refused
from tests.operations.facts import events_since, last_event_id

BACKEND = "backoffice.accounts.google.GoogleSignIn"


def browse(person: Staff) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend=BACKEND)
    return client


def end_in(seconds: float, monkeypatch: pytest.MonkeyPatch, until) -> None:
    """Put the clock so long before an elevation's end."""
    monkeypatch.setattr(timezone, "now", lambda: until - timedelta(seconds=seconds))


def test_a_viewer_asks_an_administrator_agrees_and_it_is_one_event(people):
    vera, last = people["vera"], last_event_id()
    before = timezone.now()
    vera = elevate(vera, people["ada"])
    assert (vera.role, vera.current_role, vera.is_elevated) == ("viewer", "operator", True)
    assert (
        timedelta(0) <= vera.elevated_until - before - timedelta(minutes=60) < timedelta(minutes=1)
    )
    (event,) = [
        e for e in events_since(last) if (e.name, e.outcome) == ("staff.elevated", "succeeded")
    ]
    assert (event.actor_label, event.approver_label) == ("Vera", "Ada")
    effect = Effect.objects.get(event_id=event.id)
    assert (effect.entity, effect.verb, effect.record_id) == ("staff", "elevated", vera.pk)
    assert vera.has_perm("articles.hide_article") and not vera.has_perm("articles.reveal_member")


def test_what_was_lent_is_seen_and_can_be_done(people, site):
    vera = elevate(people["vera"], people["ada"])
    execute("article.hide", site.articles[:1], {}, actor=StaffPerformer(vera), reason=REASON)
    event = Event.objects.filter(name="article.hidden").latest("id")
    assert (event.actor_label, event.params["elevated_to"]) == ("Vera", "operator")
    page = browse(vera).get("/articles/").content.decode()
    assert "You act as operator until" in page and "End it now" in page
    listed = browse(people["ada"]).get("/staff/").content.decode()
    assert 'data-state="elevated"' in listed
    assert "vera@example.com" in browse(people["ada"]).get("/staff/?elevated=yes").content.decode()


def test_it_ends_at_the_second_everywhere(people, site, restrict, monkeypatch):
    restrict(site.channel, people["otis"])
    vera = elevate(people["vera"], people["ada"], role="admin")
    until, client = vera.elevated_until, browse(vera)
    assert restricted_scopes(vera) == frozenset()
    with monkeypatch.context() as clock:
        end_in(0.001, clock, until)
        assert now(vera).current_role == "admin"
        assert Staff.objects.holding(["admin"]).filter(pk=vera.pk).exists()
        assert client.get(f"/channels/{site.channel}/").status_code == 200
    with monkeypatch.context() as clock:
        end_in(0, clock, until)
        over = now(vera)
        assert (over.current_role, over.is_elevated) == ("viewer", False)
        assert not over.has_perm("articles.hide_article")
        assert restricted_scopes(over) == {site.channel}
        assert not Staff.objects.holding(["admin"]).filter(pk=vera.pk).exists()
        assert Staff.objects.holding(["viewer"]).filter(pk=vera.pk).exists()
        answer = client.get(f"/channels/{site.channel}/")
        assert answer.status_code == 404
        assert "You act as" not in answer.content.decode()


def test_its_end_is_one_event_whoever_notices_it(people, monkeypatch):
    vera = elevate(people["vera"], people["ada"])
    client = browse(vera)
    assert end_expired() == 0
    last = last_event_id()
    end_in(-1, monkeypatch, vera.elevated_until)
    client.get("/")
    assert end_expired() == 0
    client.get("/")
    ended = [event for event in events_since(last) if event.name == "staff.elevation_ended"]
    assert [(e.outcome, e.actor_label, e.record_id) for e in ended] == [
        ("succeeded", "elevation", str(vera.pk))
    ]
    assert (now(vera).elevated_role, now(vera).elevated_until) == ("", None)
    assert vera.history.order_by("-history_id")[0].verb == "stepped_down"


def test_the_job_ends_what_nobody_comes_back_for(people, monkeypatch):
    vera, otis = elevate(people["vera"], people["ada"]), people["otis"]
    otis = elevate(otis, people["ada"], role="auditor", minutes="15")
    end_in(-1, monkeypatch, otis.elevated_until)
    assert end_expired() == 1
    assert now(vera).is_elevated and not now(otis).elevated_role


def test_an_end_that_cannot_be_written_is_only_late(people, monkeypatch):
    from django.db import OperationalError

    vera = elevate(people["vera"], people["ada"])
    client = browse(vera)

    def broken(pk):
        raise OperationalError("the primary is away")

    with monkeypatch.context() as clock:
        end_in(-1, clock, vera.elevated_until)
        clock.setattr(elevation, "end_if_over", broken)
        assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "params",
    [
        {"minutes": "14"},
        {"minutes": "481"},
        {"minutes": "-60"},
        {"minutes": "99999999999999999999"},
        {"minutes": "for ever"},
        {"minutes": ""},
        {"role": "none"},
        {"role": "king"},
        {"role": ""},
    ],
    ids=str,
)
def test_it_is_bounded(readers, params):
    vera = readers["vera"]
    with pytest.raises(Invalid):
        preview(
            "staff.elevate",
            [vera.pk],
            {**HOUR, **params},
            actor=StaffPerformer(vera),
            reason=REASON,
        )


@pytest.fixture(scope="module")
def readers(committed_db_once):
    """People who change nothing that another test of this module sees."""
    from tests.people import make_people

    return make_people()


def test_nobody_lends_themselves_a_role(people):
    for name in ("vera", "otis", "ada"):
        person, last = people[name], last_event_id()
        with pytest.raises((NeedsApproval, Denied)):
            execute(
                "staff.elevate",
                [person.pk],
                {**HOUR, "role": "auditor"},
                actor=StaffPerformer(person),
                reason=REASON,
            )
        assert not now(person).elevated_role
        assert {event.outcome for event in events_since(last)} == {"denied"}


def test_nobody_approves_their_own_nor_anyone_who_is_no_administrator(people):
    vera, otis = people["vera"], people["otis"]
    request = asked(vera)
    assert refused(request, vera) and refused(request, otis)
    assert not now(vera).elevated_role
    approve(request, people["ada"])
    assert now(vera).is_elevated


def test_a_lent_administrator_hands_out_no_roles_and_no_time(people):
    """Otherwise two people could lend each other the role for ever."""
    otis = elevate(people["otis"], people["ada"], role="admin")
    vera = people["vera"]
    for operation, targets, params in (
        ("staff.set_role", [vera.pk], {"role": "admin"}),
        ("staff.add", [], {"email": "x@example.com", "name": "X", "role": "admin"}),
        ("staff.disable", [people["ada"].pk], {}),
        ("staff.enable", [vera.pk], {}),
    ):
        with pytest.raises(Denied):
            execute(operation, targets, params, actor=StaffPerformer(otis), reason=REASON)
    request = asked(vera)
    assert refused(request, otis)
    assert not now(vera).elevated_role and now(vera).role == "viewer"


def test_nobody_asks_for_someone_else(people):
    with pytest.raises(Denied):
        preview(
            "staff.elevate",
            [people["vera"].pk],
            HOUR,
            actor=StaffPerformer(people["otis"]),
            reason=REASON,
        )
    assert not now(people["vera"]).elevated_role


def test_a_second_one_waits_for_the_end_of_the_first(people):
    vera = elevate(people["vera"], people["ada"])
    with pytest.raises((Conflict, Denied, Invalid)):
        execute(
            "staff.elevate",
            [vera.pk],
            {**HOUR, "role": "auditor"},
            actor=StaffPerformer(vera),
            reason=REASON,
        )
    with suppress(Exception):
        elevate(vera, people["ada"], role="auditor")
    assert now(vera).elevated_role == "operator"


def test_one_ends_it_oneself_with_a_reason(people):
    vera, last = elevate(people["vera"], people["ada"]), last_event_id()
    client = browse(vera)
    found = re.search(
        r'href="(/operations/staff.end_elevation/[^"]+)"', client.get("/").content.decode()
    )
    assert found is not None
    page = client.get(found[1].replace("&amp;", "&")).content.decode()
    assert "The work is done." in page
    answer = client.post(
        "/operations/staff.end_elevation/",
        {"step": "preview", "target": vera.pk, "reason": "The work is done."},
    )
    assert (answer.status_code, answer["location"]) == (302, f"/staff/{vera.pk}/")
    assert (
        now(vera).current_role == "viewer" and "You act as" not in client.get("/").content.decode()
    )
    ended = [event for event in events_since(last) if event.name == "staff.elevation_ended"]
    assert [(e.actor_label, e.reason) for e in ended] == [("Vera", "The work is done.")]


def test_an_administrator_ends_anyones_and_nobody_else_does(people):
    vera = elevate(people["vera"], people["ada"])
    with pytest.raises(Denied):
        execute(
            "staff.end_elevation",
            [vera.pk],
            {},
            actor=StaffPerformer(people["otis"]),
            reason=REASON,
        )
    assert now(vera).is_elevated
    execute(
        "staff.end_elevation", [vera.pk], {}, actor=StaffPerformer(people["ada"]), reason=REASON
    )
    assert not now(vera).elevated_role
    with pytest.raises(Conflict):
        execute(
            "staff.end_elevation", [vera.pk], {}, actor=StaffPerformer(people["ada"]), reason=REASON
        )


def test_another_role_or_none_ends_it(people):
    vera = elevate(people["vera"], people["ada"])
    grant_role(vera.email, "developer", actor=Actor.service("tests"), reason="moved on")
    assert (now(vera).current_role, now(vera).elevated_until) == ("developer", None)
    vera = elevate(now(vera), people["ada"])
    execute("staff.disable", [vera.pk], {}, actor=StaffPerformer(people["ada"]), reason=REASON)
    assert (now(vera).elevated_role, now(vera).is_active) == ("", False)


def test_the_event_of_an_end_is_not_written_where_there_is_none(people):
    last = last_event_id()
    assert elevation.end_if_over(people["vera"].pk) is False
    assert not Event.objects.filter(id__gt=last).exists()
