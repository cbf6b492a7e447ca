"""The way of a request through the pages, and what others, forged and late requests find there."""

import re

import pytest
from django.db import connections
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from audit.actors import Actor
from audit.models import Event
from backoffice.accounts.staffing import grant_role
from backoffice.operations.approval import deciding
from backoffice.operations.approval.models import Comment, Request
from backoffice.operations.models import StoredPreview
from tests.operations.approval.asking import REASON, fresh, is_hidden, look_of, sent
from tests.operations.facts import content, events_since, last_event_id

UNHIDE = "/operations/category.unhide/"
POSTS = ("approve", "refuse", "withdraw", "comment")


def text(answer):
    return answer.content.decode()


def look_in(page):
    return re.search(r'name="look" value="([^"]+)"', text(page)).group(1)


def test_vera_asks_and_otis_approves(browse, people, hidden_category):
    vera, otis = browse("vera"), browse("otis")
    page = vera.get(f"/categories/{hidden_category}/")
    assert "Ask for approval…" in text(page)
    assert f"{UNHIDE}?target={hidden_category}&amp;ask=1" in text(page)
    page = vera.get(f"{UNHIDE}?target={hidden_category}&ask=1")
    assert 'name="ask" value="1"' in text(page)
    body = {
        "target": hidden_category,
        "step": "preview",
        "ask": "1",
        "reason": REASON,
        "ticket": "CX-9",
    }
    page = vera.post(UNHIDE, body, follow=True)
    assert "Send for approval" in text(page)
    assert "your role may not do it alone" in text(page)
    token = StoredPreview.objects.get().token
    page = vera.post(f"/requests/send/{token}/", follow=True)
    found = Request.objects.get()
    assert page.redirect_chain[-1][0] == f"/requests/{found.pk}/"
    assert "Withdraw the request" in text(page)
    assert "Approve:" not in text(page)
    assert is_hidden(hidden_category)

    assert "Vera asks" in text(otis.get("/"))
    assert f'href="/requests/{found.pk}/"' in text(otis.get("/requests/"))
    page = otis.get(f"/requests/{found.pk}/")
    assert "It would do now exactly what was asked for" in text(page)
    page = otis.post(f"/requests/{found.pk}/approve/", {"look": look_in(page)}, follow=True)
    assert "Otis approved it" in text(page)
    assert not is_hidden(hidden_category)

    assert "News on your request" in text(vera.get("/"))
    page = vera.get(f"/requests/{found.pk}/")
    assert "Otis approved it" in text(page)
    assert "News on your request" not in text(vera.get("/"))
    ada = browse("ada")
    places = (f"/events/{fresh(found).event_id}/", f"/categories/{hidden_category}/timeline/")
    for place in (*places, f"/categories/{hidden_category}/"):
        page = text(ada.get(place))
        assert "Vera" in page
        assert "Otis" in page


def test_the_page_of_a_refusal_offers_to_ask(browse, hidden_category):
    vera = browse("vera")
    page = vera.get(f"{UNHIDE}?target={hidden_category}")
    assert page.status_code == 403
    assert "Ask for approval…" in text(page)
    page = vera.post(UNHIDE, {"target": hidden_category, "step": "fill", "ask": "1"})
    assert page.status_code == 200
    assert browse("nolan").get(f"{UNHIDE}?target={hidden_category}&ask=1").status_code == 403


def test_a_forged_application_of_a_preview_does_nothing(browse, people, hidden_category):
    vera = browse("vera")
    body = {"target": hidden_category, "step": "preview", "ask": "1", "reason": REASON}
    address = vera.post(UNHIDE, body)["location"]
    before, last = content(), last_event_id()
    assert vera.post(address).status_code == 403
    assert vera.post(address, {"ask": "1"}).status_code == 403
    assert content() == before
    assert {event.outcome for event in events_since(last)} == {"denied"}


@override_settings(APPROVAL_ABOVE=2)
def test_a_large_one_is_sent_instead_of_applied(browse, people, site):
    otis = browse("otis")
    body = {"target": site.articles, "step": "preview", "reason": REASON}
    page = otis.post("/operations/article.hide/", body, follow=True)
    address = page.redirect_chain[-1][0]
    assert "Send for approval" in text(page)
    assert "more than 2 records" in text(page)
    assert "Hide 3 articles</button>" not in text(page)
    before, last = content(), last_event_id()
    refused = otis.post(address)
    assert refused.status_code == 403
    assert "Send for approval" in text(refused)
    assert content() == before
    assert [event.outcome for event in events_since(last)] == ["denied"]
    token = StoredPreview.objects.get().token
    otis.post(f"/requests/send/{token}/")
    found = Request.objects.get()
    ada = browse("ada")
    ada.post(f"/requests/{found.pk}/approve/", {"look": look_in(ada.get(f"/requests/{found.pk}/"))})
    assert fresh(found).state == "approved"
    event = Event.objects.get(pk=fresh(found).event_id)
    assert (event.actor_label, event.approver_label, event.target_count) == ("Otis", "Ada", 3)
    # The preview of the request is over for the one who asked, too.
    before = content()
    assert otis.post(address).status_code in {403, 409}
    assert content() == before


def test_a_preview_of_someone_else_is_not_sent(browse, hidden_category):
    vera, otis = browse("vera"), browse("otis")
    body = {"target": hidden_category, "step": "preview", "ask": "1", "reason": REASON}
    vera.post(UNHIDE, body)
    token = StoredPreview.objects.get().token
    assert otis.post(f"/requests/send/{token}/").status_code == 410
    assert not Request.objects.exists()


def test_it_is_hidden_from_those_whom_it_does_not_concern(browse, asked, people):
    val = grant_role("val@example.com", "viewer", actor=Actor.service("t"), reason="exists").staff
    aud = grant_role("aud@example.com", "auditor", actor=Actor.service("t"), reason="exists").staff
    before = Request.objects.values().get(pk=asked.pk)
    client = browse(val)
    assert client.get(f"/requests/{asked.pk}/").status_code == 404
    for post in POSTS:
        answer = client.post(f"/requests/{asked.pk}/{post}/", {"text": "x", "reason": "x"})
        assert answer.status_code == 404
    assert "/requests/" + str(asked.pk) not in text(client.get("/requests/?tab=done"))
    page = browse(aud).get(f"/requests/{asked.pk}/")
    assert page.status_code == 200
    assert "Approve:" not in text(page)
    assert Request.objects.values().get(pk=asked.pk) == before
    assert not Comment.objects.exists()


def test_a_closed_scope_hides_it_from_everyone_else(browse, asked, people, site, restrict):
    restrict(site.channel, people["vera"])
    otis = browse("otis")
    assert otis.get(f"/requests/{asked.pk}/").status_code == 404
    for tab in ("review", "mine", "done"):
        assert f"/requests/{asked.pk}/" not in text(otis.get(f"/requests/?tab={tab}"))
    assert "sidebar__count" not in text(otis.get("/help/"))
    for post in POSTS:
        assert otis.post(f"/requests/{asked.pk}/{post}/", {"text": "x"}).status_code == 404
    assert browse("vera").get(f"/requests/{asked.pk}/").status_code == 200
    assert "sidebar__count" in text(browse("ada").get("/help/"))


def test_a_request_that_does_not_exist_looks_the_same(browse, asked):
    otis = browse("otis")
    for pk in (asked.pk + 1, 2**63, 10**30):
        assert otis.get(f"/requests/{pk}/").status_code == 404


def test_ones_own_request_cannot_be_decided_by_a_forged_post(browse, asked, people):
    grant_role("vera@example.com", "admin", actor=Actor.service("t"), reason="promoted")
    vera = browse("vera")
    page = vera.get(f"/requests/{asked.pk}/")
    assert "Approve:" not in text(page)
    before = content()
    look = look_of(people["otis"], asked)
    assert vera.post(f"/requests/{asked.pk}/approve/", {"look": look}).status_code == 403
    assert vera.post(f"/requests/{asked.pk}/refuse/", {"reason": "no"}).status_code == 403
    assert content() == before
    assert fresh(asked).state == "open"


def test_what_others_did_meanwhile_is_marked(browse, people, site, product):
    found = sent(people["vera"], "article.hide", site.articles)
    product.execute("UPDATE articles_article SET hidden = true WHERE id = %s", site.articles[:1])
    page = browse("otis").get(f"/requests/{found.pk}/")
    assert "It would do something else now" in text(page)
    assert text(page).count('class="is-gone"') == 1
    assert text(page).count('class="is-same"') == 2
    assert "it is hidden already" in text(page)
    assert "Approve: Hide 2 articles" in text(page)


def test_what_cannot_be_done_any_more_can_only_be_refused(browse, asked, product):
    product.execute("UPDATE articles_category SET hidden = false WHERE id = %s", asked.targets)
    page = browse("otis").get(f"/requests/{asked.pk}/")
    assert "Approve:" not in text(page)
    assert "Refuse the request" in text(page)


def test_a_stale_approval_is_a_conflict_with_a_way_back(browse, asked, product, people):
    otis = browse("otis")
    look = look_in(otis.get(f"/requests/{asked.pk}/"))
    product.execute("UPDATE articles_category SET position = 5 WHERE id = %s", asked.targets)
    page = otis.post(f"/requests/{asked.pk}/approve/", {"look": look})
    assert page.status_code == 409
    assert f'href="/requests/{asked.pk}/"' in text(page)
    assert otis.post(f"/requests/{asked.pk}/approve/", {"look": "x" * 30_000}).status_code == 410
    assert fresh(asked).state == "open"


def test_looking_changes_nothing_but_the_events_of_reading(browse, asked):
    before, last = content(), last_event_id()
    browse("otis").get(f"/requests/{asked.pk}/")
    assert content() == before
    assert [event.name for event in events_since(last)] == ["approval.opened"]


def test_refusing_commenting_and_withdrawing_by_the_pages(browse, asked, people, site):
    otis, vera = browse("otis"), browse("vera")
    otis.post(f"/requests/{asked.pk}/comment/", {"text": "<b>왜요?</b>"})
    assert "&lt;b&gt;왜요?&lt;/b&gt;" in text(vera.get(f"/requests/{asked.pk}/"))
    assert otis.post(f"/requests/{asked.pk}/comment/", {"text": "x" * 1001}).status_code == 422
    assert otis.post(f"/requests/{asked.pk}/withdraw/").status_code == 403
    assert otis.post(f"/requests/{asked.pk}/refuse/", {"reason": ""}).status_code == 422
    page = otis.post(f"/requests/{asked.pk}/refuse/", {"reason": "그대로 둡니다"}, follow=True)
    assert "그대로 둡니다" in text(page)
    other = sent(people["vera"], "article.hide", site.articles[:1])
    vera.post(f"/requests/{other.pk}/withdraw/")
    assert fresh(other).state == "withdrawn"
    assert vera.post(f"/requests/{other.pk}/withdraw/").status_code == 409


def test_a_list_that_cannot_be_read_says_so(browse):
    otis = browse("otis")
    for query in ("tab=x", "before=-1", "before=x"):
        assert otis.get(f"/requests/?{query}").status_code == 400


def test_masked_fields_stay_masked_for_the_one_who_asks(browse, asked, people):
    page = text(browse("vera").get(f"/requests/{asked.pk}/"))
    for secret in ("김민지", "minji@"):
        assert secret not in page


def test_a_list_costs_the_same_however_long_it_is(browse, people, site, hidden_category):
    def queries(client):
        with CaptureQueriesContext(connections["default"]) as caught:
            assert client.get("/requests/").status_code == 200
        return len(caught)

    sent(people["vera"], "category.unhide", [hidden_category])
    few = queries(browse("otis"))
    for pk in site.articles:
        sent(people["vera"], "article.hide", [pk])
    many = queries(browse("otis"))
    assert many <= few + 1
    assert many <= 8


def test_the_pages_are_read_in_korean(browse, asked):
    client = browse("otis")
    page = client.get(f"/requests/{asked.pk}/", headers={"accept-language": "ko"})
    assert "승인" in text(page)


def test_what_is_done_is_listed(browse, asked, people):
    deciding.refuse(asked, people["otis"], "no")
    for who in ("vera", "otis", "ada"):
        assert f"/requests/{asked.pk}/" in text(browse(who).get("/requests/?tab=done"))
    assert f"/requests/{asked.pk}/" in text(browse("vera").get("/requests/?tab=mine"))
    assert f"/requests/{asked.pk}/" not in text(browse("otis").get("/requests/"))


@pytest.mark.parametrize("path", ["", "1/", "1/approve/"])
def test_it_is_nothing_for_strangers(browse, path):
    from django.test import Client

    assert Client().get(f"/requests/{path}").status_code == 302
    assert browse("nolan").get(f"/requests/{path}").status_code == 403
