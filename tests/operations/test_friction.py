"""What stands between a click and a change: confirmation, reasons, tickets, the pace."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from articles.models import Article, Space
from audit.models import Event
from backoffice.console.templatetags.console import ticket
from backoffice.operations import rates
from backoffice.operations.confirmation import matches
from backoffice.operations.exceptions import TooMany, Unconfirmed
from backoffice.operations.models import StoredPreview
from backoffice.operations.reasons import usual_reasons
from tests.operations.facts import REASON, apply, content, events_since, last_event_id, look

HIDE, OFF = "/operations/article.hide/", "/operations/space.disable_website/"


# Typed confirmation.


@pytest.mark.parametrize("typed", ["", "acme", "ACME 도움말", "1", "acme 도움말 2"])
def test_a_dangerous_one_is_not_done_before_its_name_is_typed(people, site, typed):
    stored = look("space.disable_website", [site.space], people["otis"])
    before, last = content(), last_event_id()
    with pytest.raises(Unconfirmed, match="acme 도움말"):
        apply(stored, people["otis"], confirmed=typed)
    assert content() == before
    assert events_since(last) == []
    apply(stored, people["otis"], confirmed=" acme  도움말 ")
    assert not Space.objects.get(pk=site.space).website_enabled


def test_a_large_one_is_not_done_before_the_count_is_typed(people, site, settings):
    settings.CONFIRM_ABOVE = 2
    stored = look("article.hide", site.articles, people["otis"])
    before = content()
    with pytest.raises(Unconfirmed, match="3"):
        apply(stored, people["otis"], confirmed="2")
    assert content() == before
    apply(stored, people["otis"], confirmed="3")
    assert Article.objects.filter(hidden=True).count() == 3


def test_a_small_harmless_one_asks_for_nothing(people, site):
    apply(look("article.hide", site.articles, people["otis"]), people["otis"], confirmed="")
    assert Article.objects.filter(hidden=True).count() == 3


def test_a_very_long_name_is_confirmed_by_its_id(people, site, product):
    product.execute("UPDATE articles_space SET name = %s", ["가" * 200])
    stored = look("space.disable_website", [site.space], people["otis"])
    apply(stored, people["otis"], confirmed=f"#{site.space}")
    assert not Space.objects.get(pk=site.space).website_enabled


@pytest.mark.parametrize(
    ("typed", "asked", "is_it"),
    [
        ("1,204", "1204", True),
        ("각", "각", True),
        ("a\u00a0b", "a b", True),
        ("a", "A", False),
        ("x" * 100_000, "x", False),
    ],
)
def test_how_it_is_typed_counts_only_where_it_must(typed, asked, is_it):
    assert matches(typed, asked) is is_it


def test_the_page_asks_for_it_and_says_when_it_is_wrong(browse, site):
    otis = browse("otis")
    page = otis.post(OFF, {"step": "preview", "target": site.space, "reason": REASON})["location"]
    assert 'data-confirm="acme 도움말"' in otis.get(page).content.decode()
    before = content()
    wrong = otis.post(page, {"confirmed": "acme"})
    assert wrong.status_code == 422
    assert "Type “acme 도움말” to confirm it" in wrong.content.decode()
    assert content() == before
    assert otis.post(page, {"confirmed": "acme 도움말"}).status_code == 302
    assert not Space.objects.get(pk=site.space).website_enabled


# Reasons and tickets.


def test_usual_reasons_and_the_last_ones_are_offered(browse, site, people):
    apply(look("article.hide", site.articles[:1], people["otis"]), people["otis"])
    text = browse("otis").get(HIDE, {"target": site.articles[1]}).content.decode()
    assert f"<option>{REASON}</option>" in text
    assert "<option>The customer asked for it</option>" in text
    with translation.override("ko"):
        assert "The customer asked for it" not in usual_reasons()


def test_a_chosen_reason_counts_where_none_is_written(browse, site):
    otis = browse("otis")
    sent = {"step": "preview", "target": site.articles[0], "usual": "The customer asked for it"}
    assert otis.post(HIDE, {**sent, "reason": "  "}).status_code == 302
    assert StoredPreview.objects.get().reason == "The customer asked for it"
    assert otis.post(HIDE, {**sent, "reason": REASON}).status_code == 302
    assert StoredPreview.objects.latest("created_at").reason == REASON
    assert otis.post(HIDE, {**sent, "reason": "", "usual": "x"}).status_code == 422


def test_a_ticket_leads_out_only_where_the_settings_say_where(settings):
    assert "href" in ticket("CX-7") and "https://" not in ticket("CX-7")
    settings.TICKET_URL = "https://tickets.example.com/browse/{ticket}"
    assert 'href="https://tickets.example.com/browse/CX-7"' in ticket("CX-7")
    # Others may have written anything there.
    for forged in ("CX-7/../x", "javascript:alert(1)", "<b>"):
        assert "tickets.example.com" not in ticket(forged) and "<b>" not in ticket(forged)
    assert ticket("") == ""


def test_the_event_of_a_change_shows_its_ticket_as_a_link(browse, site, settings):
    settings.TICKET_URL = "https://tickets.example.com/browse/{ticket}"
    otis = browse("otis")
    sent = {"step": "preview", "target": site.articles[0], "reason": REASON, "ticket": "CX-7"}
    page = otis.post(HIDE, sent)["location"]
    receipt = otis.post(page, follow=True).content.decode()
    event = StoredPreview.objects.get().applied_event
    shown = [f"/events/{event}/", f"/articles/{site.articles[0]}/timeline/", "/activity/"]
    for text in [receipt, *(otis.get(address).content.decode() for address in shown)]:
        assert 'href="https://tickets.example.com/browse/CX-7"' in text


# The pace.


def test_a_person_waits_after_too_many_in_a_minute(people, site, settings):
    settings.OPERATIONS_PER_MINUTE = 2
    stored = look("article.hide", site.articles[2:], people["otis"])
    apply(look("article.hide", site.articles[:1], people["otis"]), people["otis"])
    apply(look("article.hide", site.articles[1:2], people["otis"]), people["otis"])
    before, last = content(), last_event_id()
    with pytest.raises(TooMany, match="2 operations within a minute") as refusal:
        apply(stored, people["otis"])
    assert content() == before
    (event,) = events_since(last)
    assert (event.outcome, event.name, event.actor_label) == ("denied", "article.hidden", "Otis")
    first = Event.objects.filter(outcome="succeeded", name="article.hidden").earliest("id")
    assert refusal.value.context["again"] == first.occurred_at + timedelta(minutes=1)
    # Somebody else goes on.
    apply(look("article.pin", site.articles, people["ada"]), people["ada"])


def test_a_person_goes_on_when_the_minute_is_over(people, site, settings, monkeypatch):
    settings.OPERATIONS_PER_MINUTE = 1
    apply(look("article.hide", site.articles[:1], people["otis"]), people["otis"])
    with pytest.raises(TooMany):
        look("article.hide", site.articles[1:2], people["otis"])
    later = timezone.now() + timedelta(seconds=61)
    monkeypatch.setattr(rates.timezone, "now", lambda: later)
    monkeypatch.setattr(StoredPreview, "expired", False)
    apply(look("article.hide", site.articles[1:2], people["otis"]), people["otis"])
    assert Article.objects.filter(hidden=True).count() == 2


def test_a_person_waits_after_too_many_records_in_an_hour(people, site, settings):
    settings.RECORDS_PER_HOUR = 4
    apply(look("article.hide", site.articles, people["otis"]), people["otis"])
    apply(look("article.pin", site.articles[:1], people["otis"]), people["otis"])
    before = content()
    with pytest.raises(TooMany, match="4 is the most") as refusal:
        look("article.pin", site.articles[1:], people["otis"])
    assert content() == before
    first = Event.objects.filter(outcome="succeeded", name="article.hidden").get()
    assert refusal.value.context["again"] == first.occurred_at + timedelta(hours=1)
    settings.RECORDS_PER_HOUR = 1
    with pytest.raises(TooMany, match="Choose fewer"):
        look("article.unpin", site.articles, people["ada"])


def test_the_page_says_when_it_goes_on(browse, site, settings):
    settings.OPERATIONS_PER_MINUTE = 1
    otis = browse("otis")
    sent = {"step": "preview", "reason": REASON}
    pages = [
        otis.post(HIDE, {**sent, "target": target})["location"] for target in site.articles[:2]
    ]
    assert otis.post(pages[0]).status_code == 302
    refused = otis.post(pages[1])
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    text = refused.content.decode()
    assert "Go on at" in text and f'href="{pages[1]}"' in text
    assert Article.objects.filter(hidden=True).count() == 1
    # Who was filling something in keeps it.
    edit = otis.post("/operations/space.edit/", {**sent, "target": site.space, "name": "새 이름"})
    assert edit.status_code == 429
    assert 'name="name" value="새 이름"' in edit.content.decode()
