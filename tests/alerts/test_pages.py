"""The pages of alerts: for whom they are, what they say, and acknowledging once."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit import alert_rules
from audit.actors import Actor
from audit.events import record
from audit.models import Event, Outcome
from backoffice.accounts.staffing import grant_role
from backoffice.alerts.evaluating import evaluate
from backoffice.alerts.models import Alert
from tests.audit.writing import MINJI, change_by


@pytest.fixture
def alert(remove, settings):
    settings.ALERT_REMOVALS_PER_HOUR = 5
    remove(6)
    (made,) = evaluate(alert_rules.get("mass_removal"), timezone.now())
    return made


def text(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def as_role(people, role):
    """Otis, with another role."""
    grant_role("otis@example.com", role, actor=Actor.service("tests"), reason="needs it")
    return "otis"


@pytest.mark.parametrize("role", ["operator", "admin", "auditor", "developer"])
def test_the_list_and_the_page_are_for_four_roles(alert, signed_in, people, role):
    browser = signed_in(as_role(people, role))
    assert "6 records" in text(browser.get("/alerts/"))
    assert "6 records" in text(browser.get(f"/alerts/{alert.pk}/"))


def test_a_viewer_is_refused_and_sees_no_panel(alert, signed_in):
    for address in ("/alerts/", f"/alerts/{alert.pk}/", "/alerts/rules/refusals/"):
        answer = signed_in("vera").get(address)
        assert answer.status_code == 403
    assert "6 records" not in text(signed_in("vera").get("/"))


def test_it_leads_to_the_activity_of_that_person_at_that_time(alert, signed_in, site):
    otis = signed_in("otis")
    page = otis.get(f"/alerts/{alert.pk}/").content.decode()
    (url,) = re.findall(r'href="(/activity/\?actor=member%3Ajiho&amp;since[^"]+)"', page)
    assert "이지호" in page
    assert f"scope={site.channel}" in url
    activity = text(otis.get(url.replace("&amp;", "&")))
    assert "deleted" in activity


def test_it_says_where_it_happened(alert, signed_in, site):
    page = signed_in("otis").get(f"/alerts/{alert.pk}/").content.decode()
    assert f'href="/channels/{site.channel}/"' in page


def test_it_is_shown_to_nobody_whose_scope_is_closed(alert, signed_in, restrict, people, site):
    restrict(site.channel, people["ada"])
    otis = signed_in("otis")
    assert otis.get(f"/alerts/{alert.pk}/").status_code == 404
    assert "6 records" not in text(otis.get("/alerts/"))
    assert "6 records" not in text(otis.get("/"))
    assert otis.post(f"/alerts/{alert.pk}/acknowledge/").status_code == 404
    assert Alert.objects.get().acknowledged_at is None
    assert "fired 0 times" in text(otis.get("/alerts/rules/mass_removal/"))
    assert signed_in("ada").get(f"/alerts/{alert.pk}/").status_code == 200


def test_one_of_a_bare_role_is_shown_to_whom_all_that_it_reached_is_open(
    signed_in, restrict, people, site, elsewhere, product, settings
):
    settings.ALERT_ROLE_CHANGES_PER_HOUR = 3
    rule = alert_rules.get("bare_role")
    for _ in range(2):
        product.execute("UPDATE articles_article SET pinned = NOT pinned")
    (made,) = evaluate(rule, timezone.now())
    # Two of each site's own, and the two that reached into both are counted once.
    changes = Event.objects.filter(actor_kind="role", kind="change").count()
    assert (made.count, made.scopes) == (changes, sorted([site.channel, elsewhere.channel]))
    restrict(elsewhere.channel, people["ada"])
    assert signed_in("otis").get(f"/alerts/{made.pk}/").status_code == 404
    assert "fired 0 times" in text(signed_in("otis").get("/alerts/rules/bare_role/"))
    assert signed_in("ada").get(f"/alerts/{made.pk}/").status_code == 200


def test_one_of_refusals_is_shown_to_whom_all_that_they_were_about_is_open(
    signed_in, restrict, people, site, elsewhere, settings
):
    settings.ALERT_REFUSALS_PER_HOUR = 3
    grant_role("vera@example.com", "auditor", actor=Actor.service("tests"), reason="audits")
    for scopes in ([site.channel, elsewhere.channel], [site.channel], ["odd", {}], "odd"):
        params = {"scopes": scopes if isinstance(scopes, str) else [str(one) for one in scopes]}
        otis = Actor.staff(people["otis"])
        record("article.hidden", actor=otis, outcome=Outcome.DENIED, params=params)
    (made,) = evaluate(alert_rules.get("refusals"), timezone.now())
    assert (made.count, made.scopes) == (4, sorted([site.channel, elsewhere.channel]))
    assert signed_in("vera").get(f"/alerts/{made.pk}/").status_code == 200
    restrict(elsewhere.channel, people["ada"])
    assert signed_in("vera").get(f"/alerts/{made.pk}/").status_code == 404


def test_acknowledging_is_done_once_with_an_event(alert, signed_in, people):
    otis, ada = signed_in("otis"), signed_in("ada")
    assert "Acknowledge" in text(otis.get("/"))
    otis.post(f"/alerts/{alert.pk}/acknowledge/", {"note": "He left; we restore them."})
    done = Alert.objects.get()
    assert (done.acknowledged_by, done.note) == (people["otis"], "He left; we restore them.")
    event = Event.objects.get(name="alert.acknowledged")
    assert (event.actor_id, event.reason) == (str(people["otis"].pk), done.note)
    assert event.params == {"alert": alert.pk, "rule": "mass_removal"}
    ada.post(f"/alerts/{alert.pk}/acknowledge/", {"note": "me too"})
    assert Alert.objects.get().acknowledged_by == people["otis"]
    assert Event.objects.filter(name="alert.acknowledged").count() == 1
    assert "6 records" not in text(otis.get("/"))
    assert "6 records" not in text(otis.get("/alerts/?state=open"))
    assert "He left; we restore them." in text(ada.get(f"/alerts/{alert.pk}/"))


@pytest.mark.parametrize("role", ["viewer", "auditor", "developer"])
def test_who_may_not_acknowledge_changes_nothing(alert, signed_in, people, role):
    browser = signed_in(as_role(people, role))
    assert browser.post(f"/alerts/{alert.pk}/acknowledge/").status_code == 403
    assert Alert.objects.get().acknowledged_at is None
    assert not Event.objects.filter(name="alert.acknowledged").exists()


@pytest.mark.parametrize("note", ["x" * 1_001, "a\x00b"])
def test_a_note_that_cannot_be_kept_is_refused(alert, signed_in, note):
    answer = signed_in("otis").post(f"/alerts/{alert.pk}/acknowledge/", {"note": note})
    assert answer.status_code == 400
    assert Alert.objects.get().acknowledged_at is None


def test_a_rule_says_its_threshold_and_how_often_it_would_have_fired(alert, signed_in):
    page = text(signed_in("otis").get("/alerts/rules/mass_removal/"))
    assert "5 within an hour" in page
    assert "It would have fired once in the last 30 days." in page
    for rule in alert_rules.all_rules():
        assert "Threshold" in text(signed_in("ada").get(f"/alerts/rules/{rule.name}/"))
    assert signed_in("ada").get("/alerts/rules/none/").status_code == 404


def test_what_was_refused_or_read_is_for_those_only_who_may_see_reads(
    committed_db, settings, signed_in
):
    settings.ALERT_REFUSALS_PER_HOUR = 1
    record("records.changed", actor=Actor("staff", "7", "Otis"), outcome=Outcome.DENIED)
    (alert,) = evaluate(alert_rules.get("refusals"), timezone.now())
    otis, ada = signed_in("otis"), signed_in("ada")
    assert "refused 1 time" in text(ada.get(f"/alerts/{alert.pk}/"))
    for address in (f"/alerts/{alert.pk}/", "/alerts/rules/refusals/"):
        assert otis.get(address).status_code == 404
    assert otis.post(f"/alerts/{alert.pk}/acknowledge/").status_code == 404
    for address in ("/alerts/", "/"):
        page = text(otis.get(address))
        assert "refused 1 time" not in page
        assert "Repeated refusals" not in page
    assert Alert.objects.get().acknowledged_at is None


@pytest.mark.parametrize("query", ["?state=odd", "?before=x", "?before=-1"])
def test_a_list_that_cannot_be_read_is_refused(committed_db, signed_in, query):
    assert signed_in("ada").get(f"/alerts/{query}").status_code == 400


def test_an_empty_list_says_so(committed_db, signed_in):
    assert "No alerts here" in text(signed_in("ada").get("/alerts/"))
    assert signed_in("ada").get("/alerts/99999999999999999999/").status_code == 404


def test_an_alert_of_a_rule_that_is_gone_is_still_shown(alert, signed_in):
    Alert.objects.update(rule="rule_of_old")
    assert "rule_of_old" in text(signed_in("ada").get(f"/alerts/{alert.pk}/"))
    assert "rule_of_old" in text(signed_in("ada").get("/alerts/"))


def test_the_list_asks_as_many_queries_for_many_as_for_one(alert, signed_in, product, site):
    with change_by(product, MINJI) as cursor:
        cursor.execute("UPDATE articles_space SET website_enabled = false")
    evaluate(alert_rules.get("website_off"), timezone.now())

    def queries():
        ada = signed_in("ada")
        ada.get("/alerts/")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert "switched off the website of" in text(ada.get("/alerts/"))
        return len(seen)

    few = queries()
    for alert in list(Alert.objects.all()):
        for number in range(10):
            alert.pk, alert.subject = None, f"{alert.subject}{number}"
            alert.save(force_insert=True)
    assert queries() == few
