"""The pages: choosing everything, the run from its preview to its end, its records and files."""

import re
from urllib.parse import urlencode

import pytest

from articles.models import Article
from backoffice.operations.bulk import runs
from backoffice.operations.bulk.models import BulkRun, Selection
from backoffice.operations.bulk.working import work
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from tests.operations.bulk.conftest import REASON, again
from tests.operations.facts import content


@pytest.fixture
def small_limit(settings):
    """More than five is large."""
    settings.OPERATION_TARGET_LIMIT = 5


def choose_url(query="", kind="list", entity="article"):
    return "/operations/choose/?" + urlencode({"kind": kind, "entity": entity, "query": query})


def text(answer):
    page = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", page)


def test_everything_that_fits_is_chosen_filled_previewed_and_started(browse, dozen, small_limit):
    otis = browse("otis")
    assert "12 chosen" in text(otis.get(choose_url()))
    chosen = otis.post(choose_url(), {"operation": "article.hide"})
    assert re.fullmatch(r"/operations/selections/[0-9a-f-]{36}/article.hide/", chosen.url)
    assert "Hide 12 articles" in text(otis.get(chosen.url))
    invalid = otis.post(chosen.url, {"reason": ""})
    assert invalid.status_code == 422 and "Write why you do this" in text(invalid)
    assert not BulkRun.objects.exists()

    begun = otis.post(chosen.url, {"reason": REASON})
    run = BulkRun.objects.get()
    assert begun.url == f"/operations/runs/{run.token}/"
    assert "waits for its turn" in text(otis.get(begun.url))
    work(run.pk, 60)
    page = text(otis.get(begun.url))
    assert "12 articles hidden Hidden no → yes" in page and "Type 12 to confirm" in page
    assert f'href="{chosen.url}">Back</a>' in otis.get(begun.url).content.decode()
    assert otis.post(f"{begun.url}start/", {"confirm": "11"}).status_code == 422
    assert again(run).parent_event is None

    assert otis.post(f"{begun.url}start/", {"confirm": "12"}).url == begun.url
    work(run.pk, 60)
    page = text(otis.get(begun.url))
    assert "Done: all 12 records." in page
    assert f"Event #{again(run).parent_event}" in page
    html = otis.get(begun.url).content.decode()
    assert f"/operations/event.undo/?target={again(run).parent_event}" in html
    told = otis.get(f"/events/{again(run).parent_event}/").content.decode()
    assert f'href="{begun.url}">Open the run</a>' in told and "It changed no record" not in told
    assert not Article.objects.filter(hidden=False).exists()


def test_who_came_for_one_operation_is_told_of_that_and_of_nothing_else(browse, people, site):
    done = execute(
        "article.hide", site.articles, {}, actor=StaffPerformer(people["otis"]), reason=REASON
    )
    address = choose_url(str(done.event_id), "event") + "&operation=event.undo"
    page = text(browse("otis").get(address))
    assert "Undo what 1 event did" in page
    assert "chosen" not in page and "Unhide" not in page


def test_few_are_previewed_at_once(browse, site):
    otis = browse("otis")
    chosen = otis.post(choose_url(), {"operation": "article.hide"})
    answer = otis.post(chosen.url, {"reason": REASON})
    assert re.fullmatch(r"/operations/article.hide/[0-9a-f-]{36}/", answer.url)
    assert not BulkRun.objects.exists()


def test_more_than_the_limit_are_refused_with_what_to_do(browse, dozen, settings):
    settings.SELECTION_LIMIT = 11
    answer = browse("otis").get(choose_url())
    assert answer.status_code == 422
    assert "These are more than 11. Add a filter" in text(answer)


@pytest.mark.parametrize(
    "url",
    [
        choose_url(kind="odd"),
        choose_url(entity="odd"),
        choose_url("odd=1"),
        choose_url("order=x&hidden=perhaps"),
        choose_url("q=" + "x" * 9000),
        choose_url("at=nonsense", "fold"),
        choose_url("at=2026-01-01T00:00:00+00:00~1", "fold"),
        choose_url("999", "event"),
        choose_url("x", "event"),
        choose_url("x", "run"),
    ],
)
def test_what_cannot_be_a_selection_is_refused(browse, site, url):
    answer = browse("otis").get(url)
    assert answer.status_code == 422, text(answer)
    assert not Selection.objects.exists()


def test_a_viewer_may_choose_nothing(browse, dozen):
    vera = browse("vera")
    assert "Your role may do nothing to these records." in text(vera.get(choose_url()))
    assert vera.post(choose_url(), {"operation": "article.hide"}).status_code == 403
    assert not Selection.objects.exists()


def test_a_selection_is_nobody_elses(browse, chosen, dozen):
    frozen = chosen()
    answer = browse("ada").get(f"/operations/selections/{frozen.token}/article.hide/")
    assert answer.status_code == 410


def test_records_of_closed_scopes_are_not_chosen(browse, dozen, elsewhere, restrict, people):
    restrict(dozen.channel, people["ada"])
    assert "3 chosen" in text(browse("otis").get(choose_url()))
    assert "15 chosen" in text(browse("ada").get(choose_url()))


def test_a_selection_that_holds_others_by_now_asks_again(browse, previewed, dozen, elsewhere):
    run = previewed(query=f"channel={dozen.channel}")
    url = f"/operations/runs/{run.token}/"
    assert run.total == 12
    other = previewed()
    url = f"/operations/runs/{other.token}/"
    before = content()
    # One more than was previewed, and one less.
    from tests.harness import databases

    with databases.connect("product") as product:
        product.execute(
            "DELETE FROM articles_translation WHERE article_id = %s", [dozen.articles[0]]
        )
        product.execute("DELETE FROM articles_article WHERE id = %s", [dozen.articles[0]])
        before = content()
    otis = browse("otis")
    answer = otis.post(f"{url}start/", {"confirm": "15"})
    assert answer.status_code == 409
    assert "You saw 15. By now 14 fit: 0 have come, 1 are gone." in text(answer)
    assert content() == before and again(other).phase == "preview"
    assert otis.post(f"{url}start/", {"confirm": "15", "now": "13"}).status_code == 409
    assert otis.post(f"{url}start/", {"confirm": "15", "now": "14"}).status_code == 302
    work(other.pk, 60)
    assert (again(other).done, again(other).conflicts) == (14, 1)


def test_progress_comes_in_parts_and_ends_with_a_fresh_page(browse, previewed, dozen):
    otis, run = browse("otis"), previewed()
    runs.start_run(run)
    url = f"/operations/runs/{run.token}/?part=progress"
    part = otis.get(url)
    assert "0 of 12" in text(part) and "HX-Refresh" not in part
    # The counts beside it move along.
    assert 'id="run-outcomes" hx-swap-oob="true"' in part.content.decode()
    assert "hx-get" in part.content.decode() and "<html" not in part.content.decode()
    work(run.pk, 60)
    part = otis.get(url)
    assert "12 of 12" in text(part) and part["HX-Refresh"] == "true"
    assert "hx-get" not in part.content.decode()


def test_the_records_are_told_by_outcome_and_as_a_file(browse, previewed, dozen, product):
    run, otis = previewed(), browse("otis")
    product.execute("UPDATE articles_article SET position = 9 WHERE id = %s", [dozen.articles[3]])
    runs.start_run(run)
    work(run.pk, 60)
    page = otis.get(f"/operations/runs/{run.token}/records/?state=conflict")
    assert "환불 안내 4" in text(page) and "it changed after the preview" in text(page)
    lines = b"".join(otis.get(f"/operations/runs/{run.token}/undone.csv")).decode().splitlines()
    assert lines[1:] == [f"{dozen.articles[3]},환불 안내 4,conflict,it changed after the preview"]
    rows = b"".join(otis.get(f"/operations/runs/{run.token}/rows.csv")).decode().splitlines()
    assert len(rows) == 13 and rows[1].endswith("Hidden,no,yes")
    bad = otis.get(f"/operations/runs/{run.token}/records/?state=odd")
    assert bad.status_code == 400


def test_a_run_is_its_owners_and_the_administrators(browse, previewed, dozen):
    run = previewed()
    url = f"/operations/runs/{run.token}/"
    assert browse("vera").get(url).status_code == 404
    ada = browse("ada")
    assert ada.get(url).status_code == 200
    assert "Type 12 to confirm" not in text(ada.get(url))
    assert ada.post(f"{url}start/", {"confirm": "12"}).status_code == 403
    assert again(run).phase == "preview"
    assert "Hide 12 articles" not in text(ada.get("/operations/runs/"))
    assert "Hide 12 articles" in text(ada.get("/operations/runs/?whose=all"))
    assert "Hide 12 articles" not in text(browse("vera").get("/operations/runs/?whose=all"))
    assert "Hide 12 articles" in text(browse("otis").get("/operations/runs/"))


def test_a_run_into_a_scope_that_was_closed_shows_its_counts_only(
    browse, previewed, dozen, restrict, people
):
    run = previewed()
    restrict(dozen.channel, people["ada"])
    otis, url = browse("otis"), f"/operations/runs/{run.token}/"
    page = text(otis.get(url))
    assert "only its counts are shown" in page and "환불" not in page
    for part in ("records/", "rows.csv", "undone.csv"):
        assert otis.get(url + part).status_code == 403
    assert otis.post(f"{url}start/", {"confirm": "12"}).status_code in {403, 409}


def test_the_page_of_a_run_costs_the_same_for_any_number(
    browse, previewed, dozen, django_assert_max_num_queries
):
    run, otis = previewed(), browse("otis")
    with django_assert_max_num_queries(30):
        otis.get(f"/operations/runs/{run.token}/")


def test_the_home_page_shows_what_runs(browse, previewed, dozen):
    run = previewed()
    otis = browse("otis")
    assert "Running now" not in text(otis.get("/"))
    runs.start_run(run)
    assert "Running now" in text(otis.get("/"))
    assert "Hide 12 articles" in text(otis.get("/"))
