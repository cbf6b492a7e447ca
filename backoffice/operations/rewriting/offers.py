"""Where undoing and restoring is offered: on folds, events, versions, and pages of what is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from audit.history_tables import Version
from audit.models import Event, Kind, Outcome
from backoffice.activity.fold_actions import FoldAction, register_fold_action
from backoffice.activity.fold_rows import ShownFold
from backoffice.activity.version_actions import VersionAction, register_version_action
from backoffice.console.paths import path_of
from backoffice.entities.entity import Entity
from backoffice.operations import registry
from backoffice.operations.base import Operation
from backoffice.operations.performers import StaffPerformer, who_may
from backoffice.operations.rewriting.chosen_events import revertible
from backoffice.operations.rewriting.reading import UNDONE
from backoffice.operations.rewriting.undo import UndoEvents

# So many events of a fold are named in the address; more are a selection.
DIRECT = 100


@dataclass(frozen=True)
class Offer:
    """A button: where it leads; or why it may not be pressed, and where that is explained."""

    label: str
    url: str
    icon: str
    why_not: str = ""


def _may(staff: Any, operation: Operation) -> str:
    """Why not, in words; asked for names only where the answer is no."""
    return "" if StaffPerformer(staff).may(operation) else who_may(operation)


def offer_of(staff: Any, name: str, targets: list[int], **params: Any) -> Offer | None:
    """The button of an operation on these targets; None where there is no such operation."""
    operation = registry.all_operations().get(name)
    if operation is None:
        return None
    query = urlencode([*(("target", key) for key in targets), *params.items()])
    why_not = _may(staff, operation)
    url = f"{path_of('operations-run', name)}?{query}"
    if why_not:
        url = reverse("accounts-who-may", args=[name])
    return Offer(f"{operation.label}…", url, operation.icon, why_not)


def undo_of_event(staff: Any, event: Event, kinds: list[str]) -> Offer | None:
    """The button on an event's page; None for what changed nothing that can be put back."""
    done = event.outcome in {Outcome.SUCCEEDED, Outcome.PARTIAL, Outcome.REQUESTED}
    if event.kind != Kind.CHANGE or not done:
        return None
    parts = event.outcome != Outcome.SUCCEEDED
    if not parts and not any(revertible(kind) for kind in kinds):
        return None
    return offer_of(staff, UndoEvents.name, [event.pk])


def undone_by(event: Event, using: str) -> list[Event]:
    """The events that undid this one alone, newest first; those of many are found by their own."""
    if event.kind != Kind.CHANGE:
        return []
    found = Event.objects.using(using).filter(
        entity=UndoEvents.entity,
        record_id=str(event.pk),
        name=UNDONE,
        outcome=Outcome.SUCCEEDED,
        occurred_at__gte=event.occurred_at,
    )
    return list(found.exclude(record_id="").order_by("-occurred_at", "-id")[:5])


def undo_fold(request: HttpRequest, fold: ShownFold) -> FoldAction | None:
    """The button on a fold's page: for all of its events, in the background when they are many."""
    touched = [group.entity for group in fold.groups if revertible(group.entity)]
    if not touched:
        return None
    why_not = _may(request.user, registry.get(UndoEvents.name))
    explained = reverse("accounts-who-may", args=[UndoEvents.name])
    url = explained if why_not else _address(fold, touched[0])
    return FoldAction(_("Undo what this did…"), url, "undo", why_not)


def _address(fold: ShownFold, entity: str) -> str:
    """Few events are named one by one; of many, the fold itself is the selection."""
    keys = [place.id for place in fold.fold.places]
    if len(keys) <= min(DIRECT, settings.OPERATION_TARGET_LIMIT) and not fold.goes_on:
        query = urlencode([("target", key) for key in keys])
        return f"{reverse('operations-run', args=[UndoEvents.name])}?{query}"
    params = {"entity": entity, "kind": "fold", "query": fold.url.partition("?")[2]}
    params["operation"] = UndoEvents.name
    return f"{reverse('bulk-choose')}?{urlencode(params)}"


def resurrect_of(staff: Any, entity: Entity, pk: int) -> Offer | None:
    """The button on the page of a record that is gone."""
    return offer_of(staff, f"{entity.name}.resurrect", [pk])


def restore_link(viewer: Any, version: Version) -> VersionAction | None:
    """The link beside a version; none for those who may not, since there are many of them."""
    operation = registry.all_operations().get(f"{version.entity}.revert")
    if version.deleted or operation is None or not StaffPerformer(viewer).may(operation):
        return None
    found = offer_of(viewer, operation.name, [version.record_id], version=version.history_id)
    return VersionAction(found.label, found.url, found.icon) if found else None


register_fold_action(undo_fold)
register_version_action(restore_link)
