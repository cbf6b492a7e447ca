"""Many keys as one parameter: thousands in an `IN` cost more than what is done to their records."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Value


class _Among(Func):
    """`value = ANY (keys)`."""

    arity, arg_joiner, template = 2, " = ANY (", "%(expressions)s)"
    output_field = BooleanField()


def among(column: str, keys: Sequence[int]) -> _Among:
    """A condition that a column holds one of the keys, however many there are.

    Args:
        column: the field's name, `pk` included.
        keys: whole numbers.
    """
    return _Among(F(column), Value(list(keys), output_field=ArrayField(BigIntegerField())))
