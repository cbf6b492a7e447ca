"""Limits of text and JSON that hold in the database too, so that one value cannot kill a page."""

from __future__ import annotations

from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

SMALL_TEXT, LARGE_TEXT, JSON_BYTES = 2_000, 200_000, 20_000


class OctetLength(Func):
    """Bytes of a JSON value as text."""

    template = "octet_length((%(expressions)s)::text)"
    output_field = models.IntegerField()


def text_limit(field: str, size: int, name: str) -> models.CheckConstraint:
    """A text column holds at most `size` characters."""
    return models.CheckConstraint(
        condition=LessThanOrEqual(Length(field), Value(size)),
        name=name,
        violation_error_message=f"{field} holds at most {size:,} characters.",
    )


def json_limit(field: str, size: int, name: str) -> models.CheckConstraint:
    """A JSON column holds at most `size` bytes as text."""
    return models.CheckConstraint(
        condition=LessThanOrEqual(OctetLength(field), Value(size)),
        name=name,
        violation_error_message=f"{field} holds at most {size:,} bytes.",
    )
