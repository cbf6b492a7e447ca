"""The whole of a run is undone as one: by the event that asked for it."""

import re

from articles.models import Article
from audit.models import Event
from backoffice.operations import registry
from backoffice.operations.bulk import runs, selection
from backoffice.operations.bulk.working import work
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from tests.operations.bulk.conftest import again


def test_a_run_is_undone_by_its_event(previewed, dozen, people):
    run = previewed()
    runs.start_run(run)
    work(run.pk, 60)
    assert Article.objects.filter(hidden=True).count() == 12
    actor = StaffPerformer(people["ada"])
    execute("event.undo", [again(run).parent_event], {}, actor=actor, reason="taken back")
    assert not Article.objects.filter(hidden=True).exists()


def test_many_events_of_a_fold_are_undone_in_batches_the_newest_first(
    people, product, dozen, browse
):
    for key in dozen.articles:
        product.execute("UPDATE articles_article SET hidden = true WHERE id = %s", [key])
    page = browse("otis").get("/activity/").content.decode()
    query = re.search(r'href="/activity/fold/\?([^"]*at=[^"]*)"', page)[1].replace("&amp;", "&")
    undo, ada = registry.get("event.undo"), people["ada"]
    chosen = selection.freeze(selection.ask(ada, "article", "fold", query), undo)
    assert chosen.count == 12
    run = runs.begin(undo.name, chosen, {}, actor=StaffPerformer(ada), reason="taken back")
    work(run.pk, 60)
    run = again(run)
    assert (run.state, run.looked, run.refused) == ("finished", 12, 0)
    assert run.effects == [
        {"entity": "article", "verb": "unhidden", "fields": ["hidden"], "count": 12}
    ]
    runs.start_run(run)
    work(run.pk, 60)
    assert (again(run).state, again(run).done) == ("finished", 12)
    assert not Article.objects.filter(hidden=True).exists()
    parts = Event.objects.filter(parent_id=again(run).parent_event, name=undo.event)
    first, *_, last = [event.params["targets"] for event in parts.order_by("id")]
    assert min(first) > max(last)
