"""The three pages of an operation, and every wrong way to them."""

import uuid

import pytest
from django.test import Client

from articles.models import Article
from backoffice.operations.models import StoredPreview
from tests.operations.facts import content, events_since, last_event_id

REASON = "고객 요청: 실수로 숨김"
RUN = "/operations/article.hide/"


def look(client, targets, **extra):
    data = {"step": "preview", "target": targets, "reason": REASON, **extra}
    return client.post(RUN, data)


def test_it_goes_from_reason_to_preview_to_receipt(browse, site):
    otis = browse("otis")
    page = otis.get(RUN, {"target": site.articles})
    assert page.status_code == 200
    assert "환불 안내 1" in page.content.decode()
    shown = otis.get(look(otis, site.articles)["location"])
    assert "Hide 3 articles" in shown.content.decode()
    token = StoredPreview.objects.get().token
    assert not Article.objects.filter(hidden=True).exists()
    receipt = otis.post(f"{RUN}{token}/", follow=True)
    assert receipt.redirect_chain[-1][0] == f"{RUN}{token}/done/"
    text = receipt.content.decode()
    assert REASON in text
    assert f"/events/{StoredPreview.objects.get().applied_event}/" in text
    assert Article.objects.filter(hidden=True).count() == 3


def test_it_asks_again_when_the_reason_is_missing_and_keeps_what_was_filled_in(browse, site):
    before = content()
    page = look(browse("otis"), site.articles, reason="", ticket="CX-77")
    assert page.status_code == 422
    text = page.content.decode()
    assert "Write why you do this" in text
    assert "CX-77" in text
    assert content() == before


def test_a_viewer_is_told_which_permission_and_who_has_it(browse, site):
    before, last = content(), last_event_id()
    page = look(browse("vera"), site.articles)
    assert page.status_code == 403
    text = page.content.decode()
    assert "articles.hide_article" in text
    assert "Otis" in text
    assert content() == before
    assert [event.outcome for event in events_since(last)] == ["denied"]


def test_a_preview_of_someone_else_is_not_there(browse, site):
    look(browse("otis"), site.articles)
    token = StoredPreview.objects.get().token
    before = content()
    ada = browse("ada")
    assert ada.get(f"{RUN}{token}/").status_code == 410
    assert ada.post(f"{RUN}{token}/").status_code == 410
    assert content() == before


def test_a_preview_of_another_operation_is_not_there(browse, site):
    otis = browse("otis")
    look(otis, site.articles)
    token = StoredPreview.objects.get().token
    before = content()
    assert otis.post(f"/operations/article.move_to_trash/{token}/").status_code == 410
    assert content() == before


def test_an_invented_token_is_not_there(browse, site):
    assert browse("otis").post(f"{RUN}{uuid.uuid4()}/").status_code == 410


def test_a_conflict_names_the_record_and_offers_to_look_again(browse, site, product):
    otis = browse("otis")
    look(otis, site.articles)
    token = StoredPreview.objects.get().token
    product.execute("UPDATE articles_article SET pinned = true WHERE id = %s", [site.articles[1]])
    before = content()
    page = otis.post(f"{RUN}{token}/")
    assert page.status_code == 409
    text = page.content.decode()
    assert "환불 안내 2" in text
    assert "Look again" in text
    assert content() == before


def test_the_second_submit_shows_the_first_receipt(browse, site):
    otis = browse("otis")
    look(otis, site.articles)
    token = StoredPreview.objects.get().token
    otis.post(f"{RUN}{token}/")
    after, last = content(), last_event_id()
    again = otis.post(f"{RUN}{token}/", follow=True)
    assert again.status_code == 200
    assert content() == after
    assert [event.name for event in events_since(last) if event.kind == "change"] == []


def test_its_csv_holds_every_row(browse, site):
    otis = browse("otis")
    look(otis, site.articles)
    token = StoredPreview.objects.get().token
    answer = otis.get(f"{RUN}{token}/rows.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 1 + 3
    assert all("환불 안내" in line for line in lines[1:])


@pytest.mark.parametrize("targets", [[], ["x"], ["9" * 40], ["1; DROP TABLE x"]])
def test_bad_targets_get_a_clear_page(browse, site, targets):
    before = content()
    page = look(browse("otis"), targets)
    assert page.status_code == 422
    assert content() == before


def test_unknown_records_and_operations_are_not_found(browse, site):
    otis = browse("otis")
    assert otis.get(RUN, {"target": [999_999]}).status_code == 404
    assert otis.get("/operations/article.explode/").status_code == 404
    assert look(otis, [*site.articles, 999_999]).status_code == 403


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_it_knows_no_other_methods(browse, site, method):
    assert getattr(browse("otis"), method)(RUN).status_code == 405


def test_it_demands_the_csrf_token(browse, site):
    before = content()
    page = look(browse("otis", enforce_csrf_checks=True), site.articles)
    assert page.status_code == 403
    assert content() == before


def test_it_sends_an_anonymous_visitor_to_the_sign_in_page(committed_db):
    answer = Client().post(RUN, {"target": 1})
    assert answer.status_code == 302
    assert answer["location"].startswith("/sign-in/")
