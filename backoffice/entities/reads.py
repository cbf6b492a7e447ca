"""Reads are events too; a page is never broken by one that could not be written."""

from __future__ import annotations

import logging
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit import events
from audit import reads as delivery
from audit.actors import Actor
from audit.exceptions import AuditError
from audit.models import Kind
from backoffice.accounts.models import Staff

logger = logging.getLogger(__name__)

events.declare("record.opened", _("opened a record"), Kind.READ)
events.declare("search.made", _("searched"), Kind.READ, required=("q",))


def note(request: HttpRequest, name: str, **details: Any) -> None:
    """Note a read as an event of the person who made the request, after the page is ready."""
    try:
        delivery.note(name, actor=Actor.staff(cast(Staff, request.user)), **details)
    except AuditError:
        logger.exception("The event %s of %s could not be written.", name, request.user)
