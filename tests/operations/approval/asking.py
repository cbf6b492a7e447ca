"""Requests made as the pages make them, and looked at as the pages let people look."""

from __future__ import annotations

from typing import Any

from articles.models import Category
from backoffice.accounts.models import Staff
from backoffice.operations import registry
from backoffice.operations.approval.asking import ask
from backoffice.operations.approval.looking import look_now, sign
from backoffice.operations.approval.models import Request
from backoffice.operations.approval.performers import Agreed, asking
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.preview import preview

REASON = "고객 요청: 문서가 보이지 않음"
EVENTS = "approval.%"


def looked(staff: Staff, name: str, targets: list[int]) -> Any:
    """A stored preview of someone who may do it, or may only ask."""
    performer = asking(StaffPerformer(staff), registry.get(name))
    return preview(name, targets, {}, actor=performer, reason=REASON, ticket="CX-7")


def sent(staff: Staff, name: str, targets: list[int]) -> Request:
    return ask(staff, looked(staff, name, targets))


def look_of(staff: Staff, found: Request) -> str:
    """What the page's form holds when this person opened the request."""
    return sign(found, staff, look_now(found, Agreed(found.requester, staff)))


def is_hidden(pk: int) -> bool:
    return Category.objects.using("default").get(pk=pk).hidden


def fresh(found: Request) -> Request:
    return Request.objects.using("default").get(pk=found.pk)
