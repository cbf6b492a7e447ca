"""What a person saw when a form was opened: versions in a signed token, and what they held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from backoffice.entities.entity import Entity
from backoffice.operations.exceptions import Invalid

SALT = "backoffice.operations.editing"
# A thousand versions signed take about 20,000 characters.
LONGEST = 60_000


def sign(operation: str, versions: Mapping[int, int]) -> str:
    """Versions by key, so that they come back from a form as they were sent."""
    return signing.dumps([operation, sorted(versions.items())], salt=SALT, compress=True)


def read(token: str, operation: str, keys: Iterable[int]) -> dict[int, int]:
    """The versions of these keys in a token of this operation; none where it has none.

    Raises Invalid for a token that we did not make, or not for this operation.
    """
    if not token:
        return {}
    altered = Invalid(_("This form was altered on its way. Open it again."))
    if len(token) > LONGEST:
        raise altered
    try:
        name, versions = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        raise altered from None
    if name != operation:
        raise altered
    wanted = set(keys)
    return {key: version for key, version in versions if key in wanted}


def held(entity: Entity, versions: Mapping[int, int], fields: Sequence[str]) -> dict[int, Any]:
    """What records held in these versions, by key: objects with the fields' attributes."""
    history: Any = entity.history_model
    if history is None or not versions:
        return {}
    rows = history.objects.using("default").filter(history_id__in=list(versions.values()))
    columns = [entity.field(name).attname for name in fields]
    return {row.id: row for row in rows.only("history_id", "id", *columns)}


def outdated(
    entity: Entity,
    records: Iterable[Any],
    seen: Mapping[int, int],
    now: Mapping[int, int],
    fields: Sequence[str],
) -> list[int]:
    """Keys of records where one of these fields is no longer what the person saw."""
    moved = {key: seen[key] for key in seen if now.get(key) not in {None, seen[key]}}
    before = held(entity, moved, fields)
    columns = [entity.field(name).attname for name in fields]
    return [
        record.pk
        for record in records
        if record.pk in before
        and any(getattr(record, one) != getattr(before[record.pk], one) for one in columns)
    ]
