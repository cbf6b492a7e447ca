"""A request ends in one way; what was approved is what runs, under two names."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Category
from audit.actors import Actor
from audit.models import Event
from backoffice.accounts.staffing import grant_role
from backoffice.operations import registry
from backoffice.operations.approval import deciding
from backoffice.operations.approval.endings import Ended
from backoffice.operations.approval.mailing import send
from backoffice.operations.approval.models import Comment, Notice, Request
from backoffice.operations.exceptions import Conflict, Denied, Expired, Failed, Invalid
from tests.operations.approval.asking import fresh, is_hidden, look_of, sent
from tests.operations.facts import content, events_since, last_event_id


def approve(found, staff, look=None):
    deciding.approve(found, staff, look or look_of(staff, found))


def test_it_is_carried_out_in_the_name_of_both(people, asked, hidden_category):
    last = last_event_id()
    approve(asked, people["otis"])
    assert not is_hidden(hidden_category)
    done = fresh(asked)
    assert (done.state, done.decided_by, done.is_news) == ("approved", people["otis"], True)
    by_name = {event.name: event for event in events_since(last)}
    event = by_name["category.unhidden"]
    assert (event.actor_label, event.approver_label) == ("Vera", "Otis")
    assert (event.actor_id, event.approver_id) == (
        str(people["vera"].pk),
        str(people["otis"].pk),
    )
    assert (event.outcome, event.reason, event.ticket) == ("succeeded", asked.reason, "CX-7")
    assert done.event_id == event.id
    assert by_name["approval.approved"].actor_label == "Otis"
    (version,) = Category.history.filter(event_id=event.id)
    assert version.verb == "unhidden"


def test_nobody_approves_their_own(people, asked, hidden_category):
    before, last = content(), last_event_id()
    grant_role("vera@example.com", "operator", actor=Actor.service("t"), reason="promoted")
    vera = type(people["vera"]).objects.get(pk=people["vera"].pk)
    for decide in (lambda: approve(asked, vera), lambda: deciding.refuse(asked, vera, "no")):
        with pytest.raises(Denied):
            decide()
    assert content() == before
    assert fresh(asked).state == "open"
    outcomes = {(e.name, e.outcome) for e in events_since(last) if e.name.startswith("approval")}
    assert outcomes == {("approval.approved", "denied"), ("approval.refused", "denied")}


def test_not_even_the_database_takes_ones_own_approval(people, asked):
    row = Request.objects.filter(pk=asked.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(state="approved", decided_by=people["vera"], decided_at=timezone.now())


def test_who_lacks_the_permission_cannot_decide(people, asked, hidden_category):
    grant_role("val@example.com", "viewer", actor=Actor.service("t"), reason="exists")
    val = type(people["vera"]).objects.get(email="val@example.com")
    with pytest.raises(Denied):
        deciding.approve(asked, val, "whatever")
    with pytest.raises(Denied):
        deciding.refuse(asked, val, "no")
    assert is_hidden(hidden_category)
    assert fresh(asked).state == "open"


def test_a_permission_lost_after_the_look_is_lost(people, asked, hidden_category):
    look = look_of(people["otis"], asked)
    grant_role("otis@example.com", "viewer", actor=Actor.service("t"), reason="moved on")
    with pytest.raises(Denied):
        deciding.approve(asked, people["otis"], look)
    assert is_hidden(hidden_category)
    assert fresh(asked).state == "open"


def test_a_scope_closed_after_the_look_is_closed(people, asked, site, restrict, hidden_category):
    look = look_of(people["otis"], asked)
    restrict(site.channel, people["vera"])
    before = content()
    with pytest.raises(Denied):
        deciding.approve(asked, people["otis"], look)
    assert content() == before
    approve(asked, people["ada"])
    assert fresh(asked).state == "approved"


def test_it_is_not_done_for_one_who_may_not_see_it_any_more(people, asked, site, restrict):
    look = look_of(people["otis"], asked)
    restrict(site.channel, people["otis"])
    asked = Request.objects.select_related("requester").get(pk=asked.pk)
    before = content()
    with pytest.raises(Denied):
        deciding.approve(asked, people["otis"], look)
    assert content() == before


def test_a_newer_version_than_the_approver_saw_is_a_conflict(people, asked, product):
    look = look_of(people["otis"], asked)
    product.execute("UPDATE articles_category SET name = 'x' WHERE id = %s", asked.targets)
    before, last = content(), last_event_id()
    with pytest.raises(Conflict):
        deciding.approve(asked, people["otis"], look)
    assert content() == before
    assert fresh(asked).state == "open"
    (event,) = events_since(last)
    assert (event.outcome, event.approver_label) == ("conflict", "Otis")
    approve(asked, people["otis"])
    assert fresh(asked).state == "approved"


def test_another_change_than_the_approver_saw_is_a_conflict(people, site, product):
    """The article is as it was; what goes to the trash with it is not."""
    found = sent(people["vera"], "article.move_to_trash", site.articles[:1])
    look = look_of(people["otis"], found)
    product.execute(
        "UPDATE articles_translation SET deleted_at = now() WHERE id = %s", site.translations[:1]
    )
    before = content()
    with pytest.raises(Conflict):
        deciding.approve(found, people["otis"], look)
    assert content() == before
    assert fresh(found).state == "open"


def test_another_new_value_than_the_approver_saw_is_a_conflict(
    people, asked, hidden_category, monkeypatch
):
    look = look_of(people["otis"], asked)

    def other(targets, params):
        targets.update(hidden=False, position=7)

    monkeypatch.setattr(registry.get("category.unhide"), "run", other)
    before = content()
    with pytest.raises(Conflict):
        deciding.approve(asked, people["otis"], look)
    assert content() == before


def test_what_the_approver_saw_was_signed_for_them_and_this(people, olga, asked, site):
    other = sent(people["vera"], "article.hide", site.articles[:1])
    before = content()
    for forged in ("", "x", look_of(olga, asked), look_of(people["otis"], other)):
        with pytest.raises(Expired):
            deciding.approve(asked, people["otis"], forged)
    assert content() == before
    assert fresh(asked).state == "open"


def test_those_that_cannot_be_targets_any_more_are_left_out_as_seen(people, site, product):
    found = sent(people["vera"], "article.hide", site.articles)
    product.execute("UPDATE articles_article SET hidden = true WHERE id = %s", site.articles[:1])
    approve(found, people["otis"])
    event = Event.objects.get(pk=fresh(found).event_id)
    assert event.target_count == len(site.articles) - 1


def test_a_failure_inside_leaves_the_request_open(people, asked, monkeypatch):
    look = look_of(people["otis"], asked)

    def broken(targets, params):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(registry.get("category.unhide"), "run", broken)
    with pytest.raises(Failed):
        deciding.approve(asked, people["otis"], look)
    assert fresh(asked).state == "open"
    assert not Notice.objects.exists()


def test_it_is_refused_with_a_reason(people, asked, hidden_category):
    last = last_event_id()
    with pytest.raises(Invalid):
        deciding.refuse(asked, people["otis"], "  ")
    deciding.refuse(asked, people["otis"], "숨긴 이유가 있습니다")
    done = fresh(asked)
    assert (done.state, done.answer, done.is_news) == ("refused", "숨긴 이유가 있습니다", True)
    assert is_hidden(hidden_category)
    event = events_since(last)[-1]
    assert (event.name, event.reason) == ("approval.refused", "숨긴 이유가 있습니다")


def test_it_is_withdrawn_by_the_one_who_asked_alone(people, asked):
    with pytest.raises(Denied):
        deciding.withdraw(asked, people["otis"])
    deciding.withdraw(asked, people["vera"])
    assert fresh(asked).state == "withdrawn"
    assert not Notice.objects.exists()


@pytest.mark.parametrize("end", ["approve", "refuse", "withdraw"])
def test_what_is_over_stays_as_it_is(people, asked, end):
    look = look_of(people["otis"], asked)
    deciding.withdraw(asked, people["vera"])
    before = (content(), Request.objects.values().get(pk=asked.pk))
    with pytest.raises(Ended):
        {
            "approve": lambda: deciding.approve(asked, people["otis"], look),
            "refuse": lambda: deciding.refuse(asked, people["otis"], "no"),
            "withdraw": lambda: deciding.withdraw(asked, people["vera"]),
        }[end]()
    assert (content(), Request.objects.values().get(pk=asked.pk)) == before


def test_it_expires(people, asked, hidden_category):
    assert deciding.expire_overdue() == 0
    look = look_of(people["otis"], asked)
    Request.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    # Before the job's turn, too.
    with pytest.raises(Ended):
        deciding.approve(fresh(asked), people["otis"], look)
    assert deciding.expire_overdue() == 1
    assert deciding.expire_overdue() == 0
    assert fresh(asked).state == "expired"
    assert is_hidden(hidden_category)
    event = Event.objects.get(name="approval.expired")
    assert (event.actor_kind, event.record_id) == ("service", str(hidden_category))


def test_comments_are_bounded_and_are_news(people, asked, monkeypatch):
    deciding.comment(asked, people["vera"], "급합니다")
    assert not fresh(asked).is_news
    deciding.comment(asked, people["otis"], "왜 숨겼는지 아시나요?")
    assert fresh(asked).is_news
    for wrong in ("", "x" * 1001, "a\x00b"):
        with pytest.raises(Invalid):
            deciding.comment(asked, people["otis"], wrong)
    monkeypatch.setattr(deciding, "COMMENTS_LIMIT", 2)
    with pytest.raises(Conflict):
        deciding.comment(asked, people["otis"], "one more")
    assert [one.text for one in Comment.objects.order_by("pk")] == [
        "급합니다",
        "왜 숨겼는지 아시나요?",
    ]
    assert Event.objects.filter(name="approval.commented").count() == 2


def test_the_one_who_asked_is_mailed_once_and_nothing_of_the_customers(people, asked):
    deciding.refuse(asked, people["otis"], "환불 안내 1은 그대로 둡니다")
    (notice,) = Notice.objects.all()
    send(notice.pk, is_last=False)
    send(notice.pk, is_last=False)
    (message,) = mail.outbox
    assert message.to == ["vera@example.com"]
    assert message.extra_headers["Message-ID"].startswith(f"<request-{asked.pk}-refused@")
    assert f"/requests/{asked.pk}/" in message.body
    for secret in ("환불", "결제", asked.reason, "CX-7"):
        assert secret not in message.body + message.subject


def test_a_mail_that_does_not_go_out_is_tried_again(people, asked, monkeypatch):
    deciding.refuse(asked, people["otis"], "no")
    (notice,) = Notice.objects.all()

    def broken(self):
        raise OSError("no route")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", broken)
        with pytest.raises(OSError, match="no route"):
            send(notice.pk, is_last=False)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("waiting", 1)
    send(notice.pk, is_last=False)
    notice.refresh_from_db()
    assert (notice.state, notice.problem, len(mail.outbox)) == ("sent", "", 1)


def test_the_mail_waits_in_the_same_transaction_as_the_decision(people, asked, monkeypatch):
    from backoffice.operations.approval import endings

    def broken(found):
        raise RuntimeError("no queue")

    monkeypatch.setattr(endings, "_enqueue", broken)
    with pytest.raises(RuntimeError):
        deciding.refuse(asked, people["otis"], "no")
    assert fresh(asked).state == "open"
