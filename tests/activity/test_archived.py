"""Pages that reach into an archived time say so."""

from __future__ import annotations

import pytest

from articles.models import Article
from audit.models import Event
from tests.audit.old_months import archive, at, make_old_months


@pytest.fixture
def archived_site(committed_db, role_connection, people, tmp_path):
    site = make_old_months(role_connection)
    event = Event.objects.filter(occurred_at__lt=at("2021-04-01")).first()
    archive(tmp_path)
    return site, event


def test_lists_say_where_the_archive_begins(archived_site, browse):
    client = browse("vera")
    for page in ("/activity/", "/events/"):
        assert "Older events may be in the archive" in client.get(page).text


def test_an_archived_event_is_not_one_that_never_was(archived_site, browse):
    _, event = archived_site
    client = browse("vera")
    answer = client.get(f"/events/{event.pk}/")
    assert answer.status_code == 404
    assert "is in the archive audit-2021-03" in answer.text
    assert "There is no event with the id" in client.get("/events/999999/").text


def test_the_timeline_still_shows_what_changed(archived_site, browse):
    site, event = archived_site
    client = browse("vera")
    assert Article.history.filter(event_id=event.pk).exists()
    page = client.get(f"/articles/{site.articles[0]}/timeline/").text
    assert page.count("the event is archived") >= 1
