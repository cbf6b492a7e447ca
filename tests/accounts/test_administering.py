"""What administrators change of the staff, at once and for everyone; and what nobody can force."""

from __future__ import annotations

import threading

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from guardian.models import UserObjectPermission

from audit.actors import Actor
from audit.models import Event
from backoffice.accounts.models import Staff
from backoffice.accounts.staffing import StaffingError, grant_role
from backoffice.operations.approval.models import Request
from backoffice.operations.bulk.models import BulkRun, Selection
from backoffice.operations.exceptions import Conflict, Denied, OperationError
from backoffice.operations.models import StoredPreview
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from backoffice.operations.preview import preview
from tests.accounts.lending import REASON, asked, now
from tests.operations.facts import events_since, last_event_id

BACKEND = "backoffice.accounts.google.GoogleSignIn"


def browse(person: Staff) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend=BACKEND)
    return client


def do(name, targets, staff, **params):
    return execute(name, targets, params, actor=StaffPerformer(staff), reason=REASON)


def administrators():
    return Staff.objects.filter(role="admin", is_active=True).count()


@pytest.fixture
def bea(people):
    """A second administrator."""
    actor = Actor.service("tests")
    return grant_role("bea@example.com", "admin", actor=actor, reason="exists", name="Bea").staff


def at_once(*calls):
    """What came of each call, all of them begun together on connections of their own."""
    gate, found = threading.Barrier(len(calls)), [""] * len(calls)

    def run(place, call):
        try:
            gate.wait(10)
            call()
            found[place] = "done"
        except (OperationError, StaffingError) as error:
            found[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def test_two_who_demote_each_other_leave_one(people, bea):
    ada = people["ada"]
    found = at_once(
        lambda: do("staff.set_role", [bea.pk], ada, role="viewer"),
        lambda: do("staff.set_role", [ada.pk], bea, role="viewer"),
    )
    assert sorted(found) == ["Denied", "done"]
    assert administrators() == 1


def test_one_is_switched_off_while_the_command_demotes_the_other(people, bea):
    ada, script = people["ada"], Actor.script("grant_role", "tests")
    found = at_once(
        lambda: do("staff.disable", [bea.pk], ada),
        lambda: grant_role(ada.email, "viewer", actor=script, reason="at once"),
    )
    assert "done" in found and found != ["done", "done"]
    assert administrators() == 1


def test_the_last_administrator_stays_whoever_asks(people, bea):
    ada = people["ada"]
    do("staff.disable", [bea.pk], ada)
    with pytest.raises(StaffingError, match="last administrator"):
        grant_role(ada.email, "none", actor=Actor.service("tests"), reason="no")
    # Bea is one still, but switched off: she does not count.
    with pytest.raises(Denied):
        do("staff.set_role", [ada.pk], bea, role="viewer")
    assert administrators() == 1


@pytest.mark.parametrize("operation", ["staff.set_role", "staff.disable", "staff.enable"])
def test_nobody_does_it_to_themselves(people, bea, operation):
    before, last = now(people["ada"]), last_event_id()
    params = {"role": "viewer"} if operation == "staff.set_role" else {}
    with pytest.raises(Denied, match="their own access"):
        do(operation, [people["ada"].pk, people["vera"].pk], people["ada"], **params)
    after = now(people["ada"])
    assert (after.role, after.is_active) == (before.role, before.is_active)
    assert now(people["vera"]).role == "viewer"
    assert [event.outcome for event in events_since(last)] == ["denied"]


def test_forged_forms_change_nothing(people):
    """What the pages do not offer, sent all the same."""
    vera, otis = people["vera"], people["otis"]
    sent = {"step": "preview", "reason": REASON}
    tries = [
        ("otis", "staff.set_role", {"target": otis.pk, "role": "admin"}),
        ("vera", "staff.set_role", {"target": vera.pk, "role": "admin", "ask": "1"}),
        ("otis", "staff.add", {"email": "x@example.com", "name": "X", "role": "admin"}),
        ("otis", "staff.disable", {"target": people["ada"].pk}),
        ("vera", "staff.elevate", {"target": otis.pk, "role": "admin", "minutes": "60"}),
    ]
    for name, operation, fields in tries:
        answer = browse(people[name]).post(f"/operations/{operation}/", {**sent, **fields})
        assert answer.status_code == 403, operation
    # An honest preview of one's own, applied without anyone's agreement.
    fields = {
        "target": vera.pk,
        "role": "operator",
        "minutes": "15",
        "elevated_until": "2100-01-01",
    }
    client = browse(vera)
    extra = {"elevated_until": "2100-01-01", "is_superuser": "1"}
    step = client.post("/operations/staff.elevate/", {**sent, **fields, **extra})
    assert step.status_code == 302
    assert client.post(step["location"], {"approver": people["ada"].pk}).status_code == 403
    assert not Staff.objects.filter(elevated_until__isnull=False).exists()
    assert dict(Staff.objects.values_list("email", "role")) == {
        "vera@example.com": "viewer",
        "otis@example.com": "operator",
        "ada@example.com": "admin",
        "nolan@example.com": "none",
    }


def test_the_id_of_someone_new_is_not_for_the_form_to_choose(people):
    sent = {"email": "nora@example.com", "name": "Nora", "role": "viewer"}
    done = execute(
        "staff.add", [people["vera"].pk], sent, actor=StaffPerformer(people["ada"]), reason=REASON
    )
    nora = Staff.objects.get(email="nora@example.com")
    assert done.keys == (nora.pk,) and nora.pk != people["vera"].pk
    event = Event.objects.get(pk=done.event_id)
    assert (event.name, event.record_id, event.target_count) == ("staff.added", str(nora.pk), 1)
    assert not nora.has_usable_password()


def test_someone_new_is_previewed_and_made_from_the_page(people):
    client = browse(people["ada"])
    assert client.get("/operations/staff.add/").status_code == 200
    sent = {"email": "nora@example.com", "name": "Nora", "role": "auditor", "is_active": "false"}
    step = client.post("/operations/staff.add/", {"step": "preview", "reason": REASON, **sent})
    page = client.get(step["location"]).content.decode()
    assert "nora@example.com" in page and "auditor" in page
    assert not Staff.objects.filter(email="nora@example.com").exists()
    done = client.post(step["location"])
    nora = Staff.objects.get(email="nora@example.com")
    assert (nora.role, nora.is_active) == ("auditor", True)
    assert "Nora" in client.get(done["location"]).content.decode()
    assert client.post(step["location"])["location"] == done["location"]
    assert Staff.objects.filter(email="nora@example.com").count() == 1


def test_who_is_switched_off_is_out_at_once_and_nothing_of_theirs_goes_on(people, site):
    otis, ada = people["otis"], people["ada"]
    client, again = browse(otis), browse(otis)
    assert client.get("/").status_code == 200
    seen = preview("article.hide", site.articles, {}, actor=StaffPerformer(otis), reason=REASON)
    request = asked(otis, role="auditor")
    chosen = Selection.objects.create(staff=otis, entity="article", kind="list", count=1)
    runs = [
        BulkRun.objects.create(staff=otis, selection=chosen, operation="article.hide", state=state)
        for state in ("paused", "finished")
    ]
    do("staff.disable", [otis.pk], ada)
    for browser in (client, again):
        assert browser.get("/")["location"].startswith("/sign-in/")
        assert browser.post("/operations/article.hide/", {"target": 1})["location"].startswith(
            "/sign-in/"
        )
    assert not StoredPreview.objects.filter(pk=seen.pk).exists()
    assert Request.objects.get(pk=request.pk).state == "withdrawn"
    assert {run.state for run in BulkRun.objects.filter(pk__in=[r.pk for r in runs])} == {
        "cancelled"
    }
    # Switched on again, they sign in anew: no session comes back.
    do("staff.enable", [otis.pk], ada)
    assert client.get("/").status_code == 302


def test_looking_at_what_it_would_do_ends_nothing(people):
    otis, client = people["otis"], browse(people["otis"])
    request = asked(otis, role="auditor")
    preview("staff.disable", [otis.pk], {}, actor=StaffPerformer(people["ada"]), reason=REASON)
    assert client.get("/").status_code == 200
    assert Request.objects.get(pk=request.pk).state == "open"
    assert Session.objects.exists()


def test_another_role_counts_at_the_next_click(people, site):
    otis, client = people["otis"], browse(people["otis"])
    address = f"/operations/article.hide/?target={site.articles[0]}"
    assert client.get(address).status_code == 200
    do("staff.set_role", [otis.pk], people["ada"], role="viewer")
    assert client.get(address).status_code == 403
    assert client.get("/articles/").status_code == 200
    do("staff.set_role", [otis.pk], people["ada"], role="none")
    assert client.get("/articles/").status_code == 403


def test_restricting_counts_at_the_next_click_of_everyone(people, site):
    ada, vera, otis = (browse(people[name]) for name in ("ada", "vera", "otis"))
    page, article = f"/channels/{site.channel}/", f"/articles/{site.articles[0]}/"

    def seen():
        return [client.get(a).status_code for client in (ada, vera, otis) for a in (page, article)]

    assert seen() == [200] * 6
    do("channel.restrict", [site.channel], people["ada"], people=[str(people["vera"].pk)])
    assert seen() == [200, 200, 200, 200, 404, 404]
    do("channel.assign", [site.channel], people["ada"], people=[str(people["otis"].pk)])
    assert seen() == [200] * 6
    do("channel.unassign", [site.channel], people["ada"], people=[str(people["vera"].pk)])
    assert seen() == [200, 200, 404, 404, 200, 200]
    with pytest.raises(Conflict, match="would name nobody"):
        do("channel.unassign", [site.channel], people["ada"], people=[str(people["otis"].pk)])
    do("channel.open", [site.channel], people["ada"])
    assert seen() == [200] * 6
    assert not UserObjectPermission.objects.exists()


def test_the_forms_offer_whom_it_is_about(people, site):
    do("channel.restrict", [site.channel], people["ada"], people=[str(people["vera"].pk)])
    do("staff.disable", [people["vera"].pk], people["ada"])
    client = browse(people["ada"])

    def offered(verb):
        page = client.get(f"/operations/channel.{verb}/?target={site.channel}").content.decode()
        form = page[page.index("<form class=") :]
        return {name for name in ("Ada", "Otis", "Vera", "Nolan") if f"{name}</label>" in form}

    assert offered("assign") == {"Ada", "Otis"}
    assert offered("unassign") == {"Vera"}
    role = client.get(f"/operations/staff.set_role/?target={people['otis'].pk}").content.decode()
    assert '<option value="operator" selected>' in role


def test_a_preview_and_the_event_say_who_may_see_what(people, site):
    client = browse(people["ada"])
    sent = {"target": site.channel, "people": [people["vera"].pk, people["otis"].pk]}
    step = client.post(
        "/operations/channel.restrict/", {"step": "preview", "reason": REASON, **sent}
    )
    page = client.get(step["location"]).content.decode()
    assert "Vera may see 아크미 acme" in page and "Otis may see 아크미 acme" in page
    done = client.post(step["location"], {"confirmed": "아크미 acme"})
    assert done.status_code == 302
    event = Event.objects.filter(name="channel.restricted", outcome="succeeded").get()
    shown = client.get(f"/events/{event.id}/").content.decode()
    assert "Vera may see 아크미 acme" in shown
    timeline = browse(people["vera"]).get(f"/channels/{site.channel}/timeline/").content.decode()
    assert "Otis may see 아크미 acme" in timeline


def test_a_grant_of_a_closed_scope_is_not_there_for_others(people, site, restrict):
    restrict(site.channel, people["vera"])
    grant = UserObjectPermission.objects.get()
    assert browse(people["vera"]).get(f"/grants/{grant.pk}/").status_code == 200
    assert browse(people["otis"]).get(f"/grants/{grant.pk}/").status_code == 404
    assert "아크미" not in browse(people["otis"]).get("/grants/").content.decode()
    assert browse(people["otis"]).get(f"/grants/{grant.pk}/timeline/").status_code == 404
