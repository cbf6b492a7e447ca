"""Editing fields of everything that fits: what is ticked is changed in each batch alike."""

from articles.models import Article
from backoffice.operations.bulk.models import BulkRun
from backoffice.operations.bulk.working import work
from tests.operations.bulk.conftest import REASON, again
from tests.operations.bulk.test_pages import choose_url, text

# In Seoul.
MOMENT = {"published_at": "2026-01-02T03:04:05"}


def test_what_is_ticked_is_changed_in_all_of_them(browse, dozen, settings):
    settings.OPERATION_TARGET_LIMIT = 5
    otis = browse("otis")
    chosen = otis.post(choose_url(), {"operation": "article.edit"})
    page = otis.get(chosen.url).content.decode()
    assert 'name="change_published_at"' in page and 'name="usual"' in page

    untouched = otis.post(chosen.url, {"reason": REASON, **MOMENT})
    assert untouched.status_code == 422 and "Nothing is ticked" in text(untouched)
    assert not BulkRun.objects.exists()

    begun = otis.post(chosen.url, {"usual": REASON, **MOMENT, "change_published_at": "on"})
    run = BulkRun.objects.get()
    assert run.reason == REASON
    work(run.pk, 60)
    run = again(run)
    assert (run.state, run.looked, run.refused) == ("finished", 12, 0)
    otis.post(f"{begun.url}start/", {"confirm": "12"})
    work(run.pk, 60)
    assert (again(run).state, again(run).done) == ("finished", 12)
    moments = set(Article.objects.values_list("published_at", flat=True))
    assert [moment.isoformat() for moment in moments] == ["2026-01-01T18:04:05+00:00"]


def test_one_person_does_not_start_more_than_their_hour_allows(browse, previewed, dozen, settings):
    run = previewed()
    settings.RECORDS_PER_HOUR = 11
    answer = browse("otis").post(f"/operations/runs/{run.token}/start/", {"confirm": "12"})
    assert answer.status_code == 429
    assert again(run).phase == "preview"
