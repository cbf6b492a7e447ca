"""Where a receipt leads: to the customer's reply, to what was changed, and back."""

from articles.models import Article
from backoffice.operations.models import StoredPreview

REASON = "고객 요청: 실수로 숨김"


def receipt_of(client, name, targets, **extra):
    data = {"step": "preview", "target": targets, "reason": REASON, **extra}
    shown = client.post(f"/operations/{name}/", data)
    done = client.post(shown["location"], follow=True)
    assert done.redirect_chain[-1][0].endswith("/done/")
    stored = StoredPreview.objects.get(token=shown["location"].rstrip("/").rpartition("/")[2])
    return done.content.decode(), stored.applied_event


def test_it_leads_from_an_undoing_to_the_reply_the_records_and_its_own_undoing(browse, site):
    otis = browse("otis")
    _page, hidden = receipt_of(otis, "article.hide", site.articles)
    page, undone = receipt_of(otis, "event.undo", [hidden])
    assert f'href="/events/{undone}/reply/"' in page
    assert f'href="/operations/event.undo/?target={undone}"' in page
    assert all(f'<a href="/articles/{pk}/">' in page for pk in site.articles)
    assert f'<a class="button" href="/events/{hidden}/">Back to the record</a>' in page


def test_it_offers_to_take_back_what_has_no_operation_of_its_own_for_that(browse, site):
    otis, pk = browse("otis"), site.articles[0]
    slug = Article.objects.get(pk=pk).slug
    page, event = receipt_of(otis, "article.edit", [pk], slug=f"{slug}-new")
    assert Article.objects.get(pk=pk).slug == f"{slug}-new"
    assert f'href="/operations/event.undo/?target={event}"' in page
    assert f'<a class="button" href="/articles/{pk}/">Back to the record</a>' in page


def test_it_leads_to_no_reply_where_a_customer_would_be_told_nothing(browse, site):
    page, event = receipt_of(browse("otis"), "article.pin", site.articles)
    assert f"/events/{event}/reply/" not in page
    assert '<a class="button" href="/articles/">Back to Articles</a>' in page


def test_it_tells_a_viewer_of_an_event_who_may_undo_it(browse, site):
    _page, hidden = receipt_of(browse("otis"), "article.hide", site.articles)
    page = browse("vera").get(f"/events/{hidden}/").content.decode()
    assert 'aria-disabled="true" href="/access/event.undo/"' in page
    assert "/operations/event.undo/" not in page
    assert browse("vera").get("/access/event.undo/").status_code == 200
