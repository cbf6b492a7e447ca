"""Requests in words, for the list, the home page and the page of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.urls import reverse

from backoffice.entities.access import parse_id
from backoffice.entities.names import shared_names
from backoffice.operations import registry
from backoffice.operations.approval.access import LARGE
from backoffice.operations.approval.models import Request
from backoffice.operations.base import Operation
from backoffice.operations.exceptions import UnknownOperation
from backoffice.operations.targets import Records


@dataclass(frozen=True)
class Line:
    """A request as one reader sees it in a list."""

    request: Request
    heading: str
    icon: str

    @property
    def url(self) -> str:
        return reverse("approval-request", args=[self.request.pk])

    @property
    def state(self) -> str:
        return state_of(self.request)


def state_of(found: Request) -> str:
    """The badge's name."""
    return f"request_{found.state}"


def operation_of(found: Request) -> Operation | None:
    """The request's operation; None when it is not declared any more."""
    try:
        return registry.get(found.operation)
    except UnknownOperation:
        return None


def lines(staff: Any, requests: Any, limit: int) -> list[Line]:
    """The first of these requests in words; a query for each entity, however many there are."""
    slim = requests.defer(*LARGE).annotate(first=F("targets__0"))
    found = list(slim.select_related("requester", "decided_by")[:limit])
    names = shared_names(staff)
    for one in found:
        model = _model(one)
        if model is not None:
            names.want(model, parse_id(getattr(one, "first", "")))
    return [_line(staff, one) for one in found]


def _line(staff: Any, found: Request) -> Line:
    operation, model = operation_of(found), _model(found)
    if operation is None:
        return Line(found, found.operation, "question")
    if model is None:
        return Line(found, str(operation.sentence % {"count": found.count}), operation.icon)
    name = shared_names(staff).of(model, parse_id(getattr(found, "first", "")))
    return Line(found, f"{operation.label}: {name.text}", operation.icon)


def _model(found: Request) -> Any:
    """Whose record a request is about, when it is about exactly one that has a name."""
    operation = operation_of(found)
    one = found.count == 1 and not found.is_run and operation is not None
    if not one or operation is None or operation.creates:
        return None
    targets = operation.targets
    return targets.entity.model if isinstance(targets, Records) else None


def unread(found: Iterable[Line]) -> list[Line]:
    """Those with something that the asker has not looked at."""
    return [line for line in found if line.request.is_news]
