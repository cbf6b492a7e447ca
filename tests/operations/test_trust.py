"""What a preview promises and what it gives away: tried as someone would who means no good."""

from __future__ import annotations

import pytest

from audit.models import Event
from backoffice.operations import findings
from backoffice.operations.exceptions import Conflict, Invalid
from backoffice.operations.models import StoredPreview
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from tests.operations.facts import REASON, apply, content, look

SECRET = "고객 요청: 비밀입니다"


@pytest.fixture
def otis(browse):
    return browse("otis")


def test_a_preview_over_several_scopes_is_shown_only_to_those_open_to_all(
    people, site, elsewhere, restrict, otis
):
    look("article.hide", [site.articles[0], elsewhere.articles[0]], people["ada"], reason=SECRET)
    event = Event.objects.latest("id")
    assert event.params["scopes"] == [str(site.channel), str(elsewhere.channel)]
    assert "비밀입니다" in otis.get("/events/").content.decode()
    restrict(elsewhere.channel, people["ada"])
    for address in ("/events/", "/activity/", f"/events/{event.id}/", "/events/?text=비밀"):
        assert "비밀입니다" not in otis.get(address).content.decode()
    assert otis.get(f"/events/{event.id}/").status_code == 404


def test_a_preview_that_refused_every_target_still_knows_its_scope(
    people, site, product, restrict, otis
):
    product.execute("UPDATE articles_article SET hidden = true")
    look("article.hide", site.articles, people["ada"])
    event = Event.objects.latest("id")
    assert (event.scope, event.params["targets"]) == (site.channel, [])
    restrict(site.channel, people["ada"])
    assert otis.get(f"/events/{event.id}/").status_code == 404


def test_what_the_form_did_not_ask_for_is_not_kept(site, otis):
    answer = otis.post(
        "/operations/article.hide/",
        {"step": "preview", "target": site.articles, "reason": REASON, "junk": "x" * 30_000},
    )
    assert answer.status_code == 302
    assert StoredPreview.objects.get().params == {}


def test_a_child_that_changed_since_is_a_conflict(people, site, product):
    apply(look("article.move_to_trash", site.articles[:1], people["otis"]), people["otis"])
    stored = look("article.restore", site.articles[:1], people["otis"])
    product.execute(
        "UPDATE articles_translation SET deleted_at = NULL WHERE id = %s", [site.translations[0]]
    )
    before = content()
    with pytest.raises(Conflict, match="more or less would have happened"):
        apply(stored, people["otis"])
    assert content() == before
    assert Event.objects.latest("id").outcome == "conflict"


def test_effects_are_summed_up_over_areas(people, site, elsewhere):
    stored = look("article.hide", [*site.articles, *elsewhere.articles], people["otis"])
    assert [(e["entity"], e["verb"], e["count"]) for e in stored.effects] == [
        ("article", "hidden", 6)
    ]


@pytest.mark.parametrize("reason", ["\u200b" * 6, "....", "- - - -", "\u2066\u2069ab"])
def test_a_reason_that_nobody_can_read_is_none(people, site, reason):
    with pytest.raises(Invalid):
        execute(
            "article.hide",
            site.articles,
            {},
            actor=StaffPerformer(people["otis"]),
            reason=reason,
        )


def test_a_preview_is_closed_together_with_its_scope(people, site, restrict, otis):
    answer = otis.post(
        "/operations/article.hide/",
        {"step": "preview", "target": site.articles, "reason": REASON},
    )
    page = answer["Location"]
    assert otis.get(page).status_code == 200
    restrict(site.channel, people["ada"])
    assert otis.get(page).status_code == 410
    assert otis.get(f"{page}rows.csv").status_code == 410
    assert otis.post(page).status_code == 403
    assert Event.objects.latest("id").outcome == "denied"


def test_a_locked_record_can_be_tried_again_from_its_page(site, otis, role_connection):
    answer = otis.post(
        "/operations/article.hide/",
        {"step": "preview", "target": site.articles, "reason": REASON},
    )
    holder = role_connection("product")
    with holder.transaction():
        holder.execute("SELECT FROM articles_article WHERE id = %s FOR UPDATE", site.articles[:1])
        refused = otis.post(answer["Location"])
    assert refused.status_code == 409
    assert f'name="target" value="{site.articles[0]}"' in refused.content.decode()


def test_what_was_too_much_to_keep_is_compared_to_the_last_row(people, site, monkeypatch, product):
    monkeypatch.setattr(findings, "ROWS_KEPT", 1)
    stored = look("article.move_to_trash", site.articles, people["otis"])
    assert len(stored.rows) == 1
    again = look("article.move_to_trash", site.articles, people["otis"])
    assert again.digest == stored.digest
    other = "UPDATE articles_translation SET title = 'x' WHERE id = %s"
    product.execute(other, [max(site.translations)])
    before = content()
    with pytest.raises(Conflict):
        apply(stored, people["otis"])
    assert content() == before
    apply(look("article.move_to_trash", site.articles, people["otis"]), people["otis"])
    assert Event.objects.latest("id").outcome == "succeeded"
