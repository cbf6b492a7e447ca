"""Who may not do it alone sends the preview; nothing else becomes a request, nothing is done."""

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from audit.models import Event
from backoffice.operations.approval.asking import ask
from backoffice.operations.approval.models import Request
from backoffice.operations.exceptions import Conflict, Denied, Expired, NeedsApproval
from backoffice.operations.models import StoredPreview
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from tests.operations.approval.asking import REASON, is_hidden, looked, sent
from tests.operations.facts import content, events_since, last_event_id

SMALL = override_settings(APPROVAL_DANGEROUS_ABOVE=2, APPROVAL_ABOVE=2)


def run(staff, name, targets, stored=None):
    return execute(name, targets, {}, actor=StaffPerformer(staff), reason=REASON, preview=stored)


def test_a_viewer_sends_what_they_saw(people, hidden_category, product):
    before, last = content(), last_event_id()
    found = sent(people["vera"], "category.unhide", [hidden_category])
    assert content() == before
    assert (found.state, found.count, found.ticket) == ("open", 1, "CX-7")
    assert found.scopes == [row.scope for row in Event.objects.filter(name="approval.requested")]
    assert [row["changes"] for row in found.rows] == [{"hidden": [True, False]}]
    events = [(e.name, e.outcome, e.actor_label) for e in events_since(last)]
    assert events == [
        ("category.unhidden", "previewed", "Vera"),
        ("approval.requested", "succeeded", "Vera"),
    ]
    event = events_since(last)[-1]
    assert (event.record_id, event.entity, event.reason) == (
        str(hidden_category),
        "category",
        REASON,
    )


def test_the_preview_of_one_who_only_asks_is_never_carried_out(people, hidden_category):
    stored = looked(people["vera"], "category.unhide", [hidden_category])
    before = content()
    with pytest.raises(Denied):
        run(people["vera"], "category.unhide", [hidden_category], stored)
    from backoffice.operations import registry
    from backoffice.operations.approval.performers import asking

    asker = asking(StaffPerformer(people["vera"]), registry.get("category.unhide"))
    with pytest.raises(Denied):
        execute("category.unhide", [hidden_category], {}, actor=asker, reason=REASON)
    assert content() == before


@SMALL
def test_a_large_one_is_refused_without_a_second_person(people, site):
    before, last = content(), last_event_id()
    with pytest.raises(NeedsApproval):
        run(people["otis"], "article.hide", site.articles)
    assert content() == before
    (event,) = events_since(last)
    assert (event.name, event.outcome) == ("article.hidden", "denied")
    run(people["otis"], "article.hide", site.articles[:2])


@override_settings(APPROVAL_DANGEROUS_ABOVE=2)
def test_a_dangerous_one_is_refused_earlier(people, site):
    run(people["otis"], "article.hide", site.articles)
    with pytest.raises(NeedsApproval):
        run(people["otis"], "article.move_to_trash", site.articles)


@pytest.mark.parametrize(
    ("setting", "name", "needed"),
    [
        ("none", "space.disable_website", False),
        ("dangerous", "space.disable_website", True),
        ("dangerous", "article.hide", False),
        ("all", "article.hide", True),
    ],
)
def test_restricted_scopes_need_two_people_as_set(people, site, restrict, setting, name, needed):
    restrict(site.channel, people["otis"])
    targets = [site.space] if name.startswith("space") else site.articles[:1]
    with override_settings(APPROVAL_RESTRICTED=setting):
        if needed:
            with pytest.raises(NeedsApproval):
                run(people["otis"], name, targets)
        else:
            run(people["otis"], name, targets)


@SMALL
def test_a_preview_is_no_way_round(people, site):
    stored = looked(people["otis"], "article.hide", site.articles)
    before = content()
    with pytest.raises(NeedsApproval):
        run(people["otis"], "article.hide", site.articles, stored)
    assert content() == before
    assert ask(people["otis"], stored).why.startswith("it is done to more than 2 records")


def test_whoever_can_do_it_alone_has_nothing_to_ask(people, site):
    stored = looked(people["otis"], "article.hide", site.articles)
    with pytest.raises(Denied):
        ask(people["otis"], stored)
    assert not Request.objects.exists()


def test_sending_twice_is_one_request(people, hidden_category):
    stored = looked(people["vera"], "category.unhide", [hidden_category])
    assert ask(people["vera"], stored).pk == ask(people["vera"], stored).pk
    assert Event.objects.filter(name="approval.requested").count() == 1


def test_an_old_preview_is_not_sent(people, hidden_category):
    stored = looked(people["vera"], "category.unhide", [hidden_category])
    stored.created_at = timezone.now() - timedelta(hours=2)
    stored.save(update_fields=["created_at"])
    with pytest.raises(Expired):
        ask(people["vera"], stored)
    assert not Request.objects.exists()


def test_the_preview_of_a_request_outlives_its_expiry(people, asked, hidden_category):
    StoredPreview.objects.all().delete()
    assert Request.objects.get(pk=asked.pk).rows[0]["id"] == hidden_category


def test_a_person_leaves_only_so_many_to_others(people, site, hidden_category):
    with override_settings(APPROVAL_OPEN_LIMIT=1):
        sent(people["vera"], "category.unhide", [hidden_category])
        with pytest.raises(Conflict):
            sent(people["vera"], "article.hide", site.articles[:1])
    assert Request.objects.count() == 1


def test_nobody_asks_about_what_is_closed_to_them(people, site, hidden_category, restrict):
    stored = looked(people["vera"], "category.unhide", [hidden_category])
    restrict(site.channel, people["otis"])
    people["vera"] = type(people["vera"]).objects.get(pk=people["vera"].pk)
    with pytest.raises(Expired):
        ask(people["vera"], stored)
    with pytest.raises(Denied):
        sent(people["vera"], "category.unhide", [hidden_category])
    assert not Request.objects.exists()
    assert is_hidden(hidden_category)


def test_an_operation_that_only_shows_something_cannot_be_asked_for(people, site):
    from backoffice.operations import registry
    from backoffice.operations.approval.performers import may_ask

    assert not may_ask(people["vera"], registry.get("member.reveal"))
    assert not may_ask(people["nolan"], registry.get("article.hide"))
    assert may_ask(people["vera"], registry.get("article.hide"))
