"""Masked fields, shown to whoever says why: one record, one session, a quarter of an hour."""

from datetime import timedelta

import pytest
from django.test import Client

from audit import events
from audit.models import Event
from backoffice.accounts.staffing import grant_role
from backoffice.entities import reveals
from backoffice.operations.exceptions import Denied
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from tests.audit.writing import MINJI, change_by
from tests.operations.facts import content, events_since, last_event_id

REASON = "소유자 요청: 초대 메일 주소 확인"
RUN = "/operations/member.reveal/"
NAME, ADDRESS = "김민지", "minji@acme.test"


def sign_in(person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="backoffice.accounts.google.GoogleSignIn")
    return client


@pytest.fixture
def vera(people):
    return sign_in(people["vera"])


def reveal(client, member, reason=REASON, **extra):
    return client.post(RUN, {"step": "preview", "target": member, "reason": reason, **extra})


def shows(client, address):
    text = client.get(address).content.decode()
    assert (NAME in text) is (ADDRESS in text)
    return NAME in text


def test_it_is_shown_after_a_reason_and_notes_who_and_why_first(vera, site, people):
    address = f"/members/{site.member}/"
    assert not shows(vera, address)
    assert "masked for your role" in vera.get(address).content.decode()
    asked = vera.get(RUN, {"target": site.member}).content.decode()
    assert "15 minutes" in asked and NAME not in asked
    before, last = content(), last_event_id()
    answer = reveal(vera, site.member, ticket="CX-7")
    assert (answer.status_code, answer["location"]) == (302, address)
    assert content() == before
    (event,) = events_since(last)
    assert (event.name, event.kind, event.outcome) == ("member.revealed", "read", "succeeded")
    assert (event.actor_label, event.reason, event.ticket) == ("Vera", REASON, "CX-7")
    assert (event.entity, event.record_id, event.scope) == (
        "member",
        str(site.member),
        site.channel,
    )
    assert event.params["fields"] == ["name", "email"]
    shown = vera.get(address)
    text = shown.content.decode()
    assert NAME in text and ADDRESS in text
    assert "are shown to you until" in text and REASON in text
    assert "no-store" in shown["Cache-Control"]
    told = sign_in(people["ada"]).get(address).content.decode()
    assert "Last revealed to Vera" in told and REASON in told


def test_it_is_shown_wherever_the_record_is_named(vera, site, product):
    with change_by(product, MINJI) as cursor:
        cursor.execute("UPDATE articles_member SET name = '김민지수' WHERE id = %s", (site.member,))
    pages = [
        "/members/",
        f"/articles/{site.articles[0]}/",
        f"/members/{site.member}/timeline/",
        f"/channels/{site.channel}/timeline/",
        f"/events/{Event.objects.latest('id').id}/",
    ]
    for address in pages:
        assert NAME not in vera.get(address).content.decode(), address
    reveal(vera, site.member)
    for address in pages:
        assert NAME in vera.get(address).content.decode(), address
    # It is no permission to search by what is masked, nor to order by it.
    assert vera.get("/search", {"q": ADDRESS}).context["results"].groups == []
    assert vera.get("/members/", {"order": "name"}).status_code == 400


def test_it_is_for_one_record_and_one_session_and_one_person(vera, site, elsewhere, people):
    reveal(vera, site.member)
    assert shows(vera, f"/members/{site.member}/")
    assert not shows(vera, f"/members/{elsewhere.member}/")
    assert not shows(sign_in(people["vera"]), f"/members/{site.member}/")
    nora = people["nolan"]
    assert sign_in(nora).get(f"/members/{site.member}/").status_code == 403


def test_it_ends_by_itself(vera, site, monkeypatch):
    reveal(vera, site.member)
    assert shows(vera, f"/members/{site.member}/")
    monkeypatch.setattr(reveals, "lifetime", lambda: timedelta(0))
    assert not shows(vera, f"/members/{site.member}/")


def test_it_ends_with_the_role(vera, site, people):
    reveal(vera, site.member)
    actor = StaffPerformer(people["ada"]).actor
    grant_role("vera@example.com", "operator", actor=actor, reason="promoted")
    assert shows(vera, "/members/")
    grant_role("vera@example.com", "none", actor=actor, reason="has left")
    assert vera.get(f"/members/{site.member}/").status_code == 403


@pytest.mark.parametrize("reason", ["", "abc", "x" * 1001])
def test_nothing_is_shown_without_a_reason(vera, site, reason):
    last = last_event_id()
    answer = reveal(vera, site.member, reason)
    assert answer.status_code == 422
    assert NAME not in answer.content.decode()
    assert events_since(last) == []
    assert not shows(vera, f"/members/{site.member}/")


def test_nothing_is_shown_when_the_event_cannot_be_written(vera, site, role_connection):
    owner = role_connection("owner")
    owner.execute("REVOKE EXECUTE ON FUNCTION audit_open(jsonb) FROM console")
    last = last_event_id()
    assert reveal(vera, site.member).status_code == 500
    assert [event.outcome for event in events_since(last)] == ["failed"]
    assert not shows(vera, f"/members/{site.member}/")


def test_one_reason_is_for_one_record(vera, site, elsewhere):
    last = last_event_id()
    answer = reveal(vera, [site.member, elsewhere.member])
    assert answer.status_code == 409
    assert [event.outcome for event in events_since(last)] == ["conflict"]
    assert not shows(vera, f"/members/{site.member}/")


def test_a_closed_scope_stays_closed(vera, site, people, restrict):
    restrict(site.channel, people["ada"])
    last = last_event_id()
    assert vera.get(RUN, {"target": site.member}).status_code == 404
    assert reveal(vera, site.member).status_code == 403
    assert [event.outcome for event in events_since(last)] == ["denied"]


def test_who_sees_names_anyway_has_nothing_to_ask(people, site):
    otis = sign_in(people["otis"])
    text = otis.get(f"/members/{site.member}/").content.decode()
    assert NAME in text and "member.reveal" not in text and "masked" not in text
    last = last_event_id()
    with pytest.raises(Denied):
        execute(
            "member.reveal", [site.member], {}, actor=StaffPerformer(people["otis"]), reason=REASON
        )
    assert [event.outcome for event in events_since(last)] == ["denied"]


def test_no_other_event_opens_anything(vera, site, people):
    """A preview, a denial or another session's event of the same name is no permit."""
    for outcome in ("denied", "previewed", "failed", "succeeded"):
        events.record(
            "member.revealed",
            actor=StaffPerformer(people["vera"]).actor,
            outcome=outcome,
            params={"session": "x"},
            entity="member",
            record_id=str(site.member),
        )
    assert not shows(vera, f"/members/{site.member}/")


def test_it_is_not_offered_for_a_selection(vera, site):
    text = vera.get("/members/").content.decode()
    assert "formaction" not in text and 'name="target"' not in text


def test_it_ends_with_the_session(vera, site, people):
    """Also for who signs in again in the same browser, and for another person there."""
    reveal(vera, site.member)
    assert shows(vera, f"/members/{site.member}/")
    vera.post("/sign-out/")
    actor = StaffPerformer(people["ada"]).actor
    grant_role("nolan@example.com", "viewer", actor=actor, reason="helps out")
    people["nolan"].refresh_from_db()
    for name in ("vera", "nolan"):
        vera.force_login(people[name], backend="backoffice.accounts.google.GoogleSignIn")
        assert not shows(vera, f"/members/{site.member}/")
