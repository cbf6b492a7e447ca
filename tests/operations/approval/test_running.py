"""A background run that needs a second person: approving starts it, under both names."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from audit.models import Event
from backoffice.operations import registry
from backoffice.operations.approval import deciding
from backoffice.operations.approval.looking import sign_run
from backoffice.operations.approval.models import Request
from backoffice.operations.approval.running import ask_for_run, look_at_run
from backoffice.operations.bulk import runs, selection
from backoffice.operations.bulk.models import BulkRun
from backoffice.operations.bulk.working import work
from backoffice.operations.exceptions import Conflict, Denied, Expired, NeedsApproval
from backoffice.operations.performers import StaffPerformer
from tests.operations.approval.asking import REASON, fresh
from tests.operations.facts import content, events_since, last_event_id


@pytest.fixture(autouse=True)
def large(settings):
    settings.APPROVAL_ABOVE = settings.APPROVAL_DANGEROUS_ABOVE = 2


@pytest.fixture
def run(people, site):
    """Otis's previewed run over every article."""
    declared = registry.get("article.hide")
    frozen = selection.freeze(selection.ask(people["otis"], "article", "list"), declared)
    actor = StaffPerformer(people["otis"])
    made = runs.begin("article.hide", frozen, {}, actor=actor, reason=REASON)
    assert work(made.pk, 60) is False
    return BulkRun.objects.get(pk=made.pk)


def hidden():
    return Article.objects.filter(hidden=True).count()


def look_of(staff, found):
    return sign_run(found, staff, look_at_run(found).recount.now)


def test_it_does_not_start_alone(run):
    before = content()
    with pytest.raises(NeedsApproval):
        runs.start_run(run)
    assert content() == before
    assert BulkRun.objects.get(pk=run.pk).phase == "preview"


def test_it_starts_with_the_approval_under_both_names(people, run):
    found = ask_for_run(people["otis"], run)
    assert ask_for_run(people["otis"], run).pk == found.pk
    assert (found.is_run, found.count, found.targets) == (True, 3, [])
    assert found.scopes == run.scopes != []
    with pytest.raises(Denied):
        deciding.approve(found, people["otis"], look_of(people["otis"], found))
    last = last_event_id()
    deciding.approve(found, people["ada"], look_of(people["ada"], found))
    done = fresh(found)
    assert (done.state, done.decided_by) == ("approved", people["ada"])
    assert hidden() == 0
    assert work(run.pk, 60) is False
    assert hidden() == 3
    assert Event.objects.get(pk=done.event_id).outcome == "requested"
    names = {
        (event.actor_label, event.approver_label)
        for event in events_since(last)
        if event.name == "article.hidden"
    }
    assert names == {("Otis", "Ada")}
    with pytest.raises(Conflict):
        deciding.approve(found, people["ada"], look_of(people["ada"], found))


def test_the_preview_outlives_its_time_and_old_records_are_left_out(people, run, product, site):
    found = ask_for_run(people["otis"], run)
    BulkRun.objects.update(previewed_at=timezone.now() - timedelta(days=2))
    product.execute("UPDATE articles_article SET pinned = true WHERE id = %s", site.articles[:1])
    now = look_at_run(found)
    assert (now.moved, now.compared, now.is_same) == (1, 3, False)
    deciding.approve(found, people["ada"], look_of(people["ada"], found))
    work(run.pk, 60)
    assert hidden() == 2
    assert BulkRun.objects.get(pk=run.pk).conflicts == 1


def test_more_records_than_the_approver_was_told_of_are_a_conflict(people, run, product, site):
    found = ask_for_run(people["otis"], run)
    look = look_of(people["ada"], found)
    product.execute(
        "INSERT INTO articles_article (channel_id, space_id, category_id, slug, state) "
        "VALUES (%s, %s, %s, 'late', 'published')",
        [site.channel, site.space, site.categories[0]],
    )
    with pytest.raises(Conflict):
        deciding.approve(found, people["ada"], look)
    assert fresh(found).state == "open"
    assert BulkRun.objects.get(pk=run.pk).phase == "preview"
    deciding.approve(found, people["ada"], look_of(people["ada"], found))
    work(run.pk, 60)
    assert hidden() == 3


def test_forged_looks_start_nothing(people, olga, run):
    found = ask_for_run(people["otis"], run)
    for forged in ("", look_of(olga, found)):
        with pytest.raises(Expired):
            deciding.approve(found, people["ada"], forged)
    assert BulkRun.objects.get(pk=run.pk).phase == "preview"


def test_only_its_owner_sends_it_and_only_where_it_is_needed(people, run, settings):
    with pytest.raises(Denied):
        ask_for_run(people["ada"], run)
    settings.APPROVAL_ABOVE = 100
    with pytest.raises(Denied):
        ask_for_run(people["otis"], run)
    assert not Request.objects.exists()


def test_the_pages_lead_from_the_run_to_the_approval(browse, people, run):
    otis, ada = browse("otis"), browse("ada")
    page = otis.get(f"/operations/runs/{run.token}/").content.decode()
    assert f"/requests/send/{run.token}/" in page
    otis.post(f"/requests/send/{run.token}/")
    found = Request.objects.get()
    assert ada.post(f"/requests/send/{run.token}/").status_code == 410
    page = ada.get(f"/requests/{found.pk}/").content.decode()
    assert "None of its 3 records changed since the preview." in page
    look = page.split('name="look" value="')[1].split('"')[0]
    page = ada.post(f"/requests/{found.pk}/approve/", {"look": look}, follow=True)
    assert "Ada approved it, and it began in the name of Otis." in page.content.decode()
    assert BulkRun.objects.get(pk=run.pk).phase == "apply"
