"""Typed confirmation: what a person must write out before something large or dangerous is done."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.operations.base import Operation
from backoffice.operations.exceptions import Unconfirmed
from backoffice.operations.order import Order
from backoffice.operations.targets import Choice

# A name longer than this is no safeguard but a punishment: the id is typed instead.
LONGEST_NAME = 40


def needed(operation: Operation, count: int) -> bool:
    """Whether so many targets of an operation ask for it."""
    return operation.dangerous or count > settings.CONFIRM_ABOVE


def asked_for(operation: Operation, count: int, first: Choice | None) -> str:
    """What must be typed: the one record's name, or how many there are; "" where nothing must."""
    if not needed(operation, count):
        return ""
    if count != 1 or first is None:
        return str(count)
    name = " ".join(first.title.split())
    return name if 0 < len(name) <= LONGEST_NAME else f"#{first.pk}"


def matches(typed: str, asked: str) -> bool:
    """Whether it was typed; how blanks, thousands and syllables are written does not count."""
    if asked.isdigit():
        typed = typed.replace(",", "")
    return _plain(typed) == _plain(asked)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text[:200]).split())


def refuse_unconfirmed(order: Order, confirmed: str, staff: Any) -> None:
    """Raise Unconfirmed where something must be typed and was not."""
    operation, count = order.operation, len(order.keys)
    if not needed(operation, count):
        return
    first = operation.targets.choices(staff, order.keys)[:1] if count == 1 else []
    asked = asked_for(operation, count, first[0] if first else None)
    if not matches(confirmed, asked):
        raise Unconfirmed(_("Type “%s” to confirm it. Nothing was done.") % asked)
