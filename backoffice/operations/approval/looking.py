"""What a request would do now: run, read, rolled back; and the proof of who saw that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext as _

from backoffice.accounts.models import Staff
from backoffice.entities import registry as entities
from backoffice.operations.approval.models import Request
from backoffice.operations.exceptions import Expired
from backoffice.operations.failures import failures_known
from backoffice.operations.findings import ROWS_KEPT
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import prepare
from backoffice.operations.preview import try_out

_SALT = "backoffice.operations.approval.look"


@dataclass(frozen=True)
class Now:
    """What it would do at this moment, as JSON would hold it."""

    effects: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    refusals: list[list[Any]]
    versions: str
    changes: str

    @property
    def left_out(self) -> list[int]:
        return [key for key, _why in self.refusals]


def look_now(found: Request, performer: StaffPerformer) -> Now:
    """Run the request's operation for this performer, and roll it back.

    Raises an OperationError where it could not be done at all.
    """
    order = prepare(
        found.operation,
        found.targets,
        found.params,
        actor=performer,
        reason=found.reason,
        ticket=found.ticket,
        # An id that was set aside for a new record is the request's.
        seen=cast(Any, found),
    )
    with failures_known(order):
        tried = try_out(order)
    changes = mark_of_changes(tried["effects"], tried["rows"])
    seen = json.loads(json.dumps(tried, cls=DjangoJSONEncoder))
    versions = mark_of_versions(tried["versions"])
    return Now(seen["effects"], seen["rows"], seen["refusals"], versions, changes)


def mark_of_versions(versions: Mapping[int, int]) -> str:
    """A hash over which targets there were, and in which version."""
    return _hash(sorted(versions.items()))


def mark_of_changes(effects: list[dict[str, Any]], rows: list[dict[str, Any]]) -> str:
    """A hash over what was done, new values included; see `comparable` for what is left out.

    Where not all rows were kept, the effects alone speak: another run may keep others.
    """
    kept = rows if len(rows) < ROWS_KEPT else []
    return _hash([effects, *sorted((comparable(row) for row in kept), key=str)])


def comparable(row: Mapping[str, Any]) -> list[Any]:
    """A row without what differs each time that it is run: new ids, and what the clock says."""
    entity, is_new = row["entity"], row["verb"] == "created"
    changes = {
        name: [old, "" if new is not None and _is_time(entity, name) else new]
        for name, (old, new) in row["changes"].items()
    }
    state = {
        name: "" if is_new and _is_time(entity, name) else value
        for name, value in row.get("state", {}).items()
    }
    return [entity, row["verb"], "" if is_new else row["id"], changes, state]


def _is_time(entity: str, name: str) -> bool:
    field = entities.get(entity).field(name)
    return isinstance(field, models.DateTimeField | models.TimeField)


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Look:
    """That a person was shown what a request would do: nothing else is what they approve."""

    versions: str
    changes: str
    left_out: list[int]

    def keys(self, targets: Iterable[int]) -> list[int]:
        """The targets that it was about."""
        return [key for key in targets if key not in self.left_out]


def sign(found: Request, staff: Staff, now: Now) -> str:
    """The proof that goes into the page's form and comes back with the approval."""
    return _sign(found, staff, [now.versions, now.changes, now.left_out])


def signed(found: Request, staff: Staff, token: str) -> Look:
    """The look that was signed for this person and request; Expired when it is none, or old."""
    seen = _signed(found, staff, token)
    if not isinstance(seen, list):
        raise _stale()
    return Look(*seen)


def sign_run(found: Request, staff: Staff, now: int) -> str:
    """As `sign`, for a run: how many records its selection held."""
    return _sign(found, staff, now)


def signed_run(found: Request, staff: Staff, token: str) -> int:
    """As `signed`, for a run."""
    seen = _signed(found, staff, token)
    if not isinstance(seen, int):
        raise _stale()
    return seen


def _sign(found: Request, staff: Staff, seen: Any) -> str:
    body = {"request": found.pk, "staff": staff.pk, "seen": seen}
    return signing.dumps(body, salt=_SALT, compress=True)


def _signed(found: Request, staff: Staff, token: str) -> Any:
    try:
        body = signing.loads(token, salt=_SALT, max_age=settings.PREVIEW_LIFETIME)
    except signing.BadSignature:
        raise _stale() from None
    if (body["request"], body["staff"]) != (found.pk, staff.pk):
        raise _stale()
    return body["seen"]


def _stale() -> Expired:
    return Expired(_("What you saw is too old to be approved. Look at the request again."))
