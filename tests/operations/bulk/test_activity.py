"""A run stands in the activity as one row, and its batches under the event that asked for it."""

import re

import pytest

from audit.models import Event
from backoffice.operations.bulk import runs
from backoffice.operations.bulk.working import work
from tests.operations.bulk.conftest import again


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def done(previewed, dozen):
    run = previewed()
    runs.start_run(run)
    work(run.pk, 60)
    return again(run)


def test_a_run_is_one_row_of_the_activity(browse, done):
    page = text(browse("otis").get("/activity/"))
    assert page.count("hid 12 articles") == 1 and "in 5 steps" in page
    assert "hid 4 articles" not in page


def test_a_run_that_was_done_in_part_is_one_row_too(browse, previewed, dozen, product):
    run = previewed()
    product.execute("UPDATE articles_article SET position = 9 WHERE id = %s", [dozen.articles[0]])
    runs.start_run(run)
    work(run.pk, 60)
    page = text(browse("otis").get("/activity/"))
    assert "hid 11 articles" in page and "in 5 steps" in page
    assert "Partly done" in page


def test_its_event_leads_to_its_batches_and_its_end(browse, done):
    page = text(browse("otis").get(f"/events/{done.parent_event}/"))
    assert "Done in parts" in page
    for event in Event.objects.filter(parent_id=done.parent_event):
        assert f"Event #{event.id}" in page


def test_runs_one_after_the_other_are_two_rows(browse, done, previewed, product):
    product.execute("UPDATE articles_article SET hidden = false")
    second = previewed()
    runs.start_run(second)
    work(second.pk, 60)
    page = text(browse("otis").get("/activity/"))
    assert page.count("hid 12 articles") == 2
