"""At once, from two connections: a request ends exactly one way."""

import threading

import pytest
from django.db import connections

from audit.models import Event
from backoffice.operations.approval import deciding
from backoffice.operations.approval.models import Notice
from backoffice.operations.exceptions import OperationError
from tests.operations.approval.asking import fresh, is_hidden, look_of


def at_once(*calls):
    """What came of each call, all of them begun together on connections of their own."""
    gate, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            gate.wait(10)
            call()
            found[place] = "done"
        except OperationError as error:
            found[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def ends(*names):
    """How many events of these names succeeded."""
    return Event.objects.filter(name__in=names, outcome="succeeded").count()


def test_two_approvers_are_one_approval(people, olga, asked, hidden_category):
    looks = [look_of(staff, asked) for staff in (people["otis"], olga)]
    found = at_once(
        lambda: deciding.approve(asked, people["otis"], looks[0]),
        lambda: deciding.approve(asked, olga, looks[1]),
    )
    assert sorted(found, key=str) in (["Ended", "done"], ["Conflict", "done"])
    assert fresh(asked).state == "approved"
    assert ends("category.unhidden") == ends("approval.approved") == 1
    assert Notice.objects.count() == 1
    assert not is_hidden(hidden_category)


@pytest.mark.parametrize("turn", range(3))
def test_approving_and_withdrawing_is_one_of_both(people, asked, hidden_category, turn):
    look = look_of(people["otis"], asked)
    found = at_once(
        lambda: deciding.approve(asked, people["otis"], look),
        lambda: deciding.withdraw(asked, people["vera"]),
    )
    assert found.count("done") == 1
    state = fresh(asked).state
    assert state == ("approved" if found[0] == "done" else "withdrawn")
    assert is_hidden(hidden_category) == (state == "withdrawn")
    assert ends("category.unhidden", "approval.withdrawn") == 1


def test_approving_and_refusing_is_one_of_both(people, olga, asked, hidden_category):
    look = look_of(people["otis"], asked)
    found = at_once(
        lambda: deciding.approve(asked, people["otis"], look),
        lambda: deciding.refuse(asked, olga, "no"),
    )
    assert found.count("done") == 1
    assert is_hidden(hidden_category) == (fresh(asked).state == "refused")
    assert ends("approval.approved", "approval.refused") == 1


def test_expiring_leaves_alone_what_is_being_decided(people, asked, product):
    from datetime import timedelta

    from django.db import transaction
    from django.utils import timezone

    from backoffice.operations.approval.models import Request

    Request.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    found = []

    def expire():
        found.append(deciding.expire_overdue())
        connections.close_all()

    with transaction.atomic():
        Request.objects.select_for_update().get(pk=asked.pk)
        thread = threading.Thread(target=expire)
        thread.start()
        thread.join(20)
    assert found == [0]
    assert fresh(asked).state == "open"


def test_two_tabs_send_one_request(people, hidden_category):
    from backoffice.operations.approval.asking import ask
    from backoffice.operations.approval.models import Request
    from tests.operations.approval.asking import looked

    stored = looked(people["vera"], "category.unhide", [hidden_category])
    assert at_once(*[lambda: ask(people["vera"], stored)] * 2) == ["done", "done"]
    assert Request.objects.count() == 1
    assert ends("approval.requested") == 1
