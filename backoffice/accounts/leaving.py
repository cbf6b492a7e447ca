"""What of someone's ends with their access: sessions, and whatever waits for them.

All of it in the transaction that switches them off, so that a preview of it ends nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from audit.actors import Actor
from backoffice.accounts.models import Staff


def end_all(people: Sequence[Staff], by: Actor) -> None:
    """End what these people have open."""
    ids = [person.pk for person in people]
    for person in people:
        revoke_sessions(person)
    _forget_previews(ids)
    _withdraw_requests(ids, by)
    _call_off_runs(ids, by)


def revoke_sessions(person: Staff) -> None:
    """Make every session of theirs void at its next request.

    A session carries a hash over the password column (nobody has a password: it holds a random
    mark), and Django drops a session whose hash is another one.
    """
    person.set_unusable_password()
    person.save(using="default", update_fields=["password"])


def _forget_previews(people: Collection[int]) -> None:
    from backoffice.operations.models import StoredPreview

    waiting = StoredPreview.objects.using("default").filter(applied_event__isnull=True)
    waiting.filter(staff__in=people).delete()


def _withdraw_requests(people: Collection[int], by: Actor) -> None:
    from backoffice.operations.approval.endings import end
    from backoffice.operations.approval.models import Request

    asked = Request.objects.using("default").select_for_update(of=("self",))
    found = asked.filter(requester__in=people, state=Request.State.OPEN)
    for request in found.select_related("requester").order_by("pk"):
        end(request, Request.State.WITHDRAWN, by)


def _call_off_runs(people: Collection[int], by: Actor) -> None:
    from backoffice.operations.bulk.closing import close
    from backoffice.operations.bulk.models import OPEN, BulkRun, Phase, RunState

    theirs = BulkRun.objects.using("default").filter(staff__in=people)
    for run in theirs.filter(state__in=OPEN).order_by("pk"):
        close(run, RunState.CANCELLED, by=by)
    previewed = theirs.filter(phase=Phase.PREVIEW, state=RunState.FINISHED)
    previewed.update(state=RunState.CANCELLED)
