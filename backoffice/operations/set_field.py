"""Setting one field of records to one value, the same for all: hide, pin, publish, turn on.

@register
class PinArticle(SetField):
    name = "article.pin"
    entity = "article"
    label = _("Pin")
    sentence = ngettext_lazy("Pin %(count)s article", "Pin %(count)s articles", "count")
    event = "article.pinned"
    field, value = "pinned", True
    already = _("it is pinned already")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backoffice.operations.base import Operation

IN_TRASH = _("it is in the trash; restore it first")


def in_trash(record: Any) -> bool:
    """Whether a record is softly deleted: its entity's trash is a filter over `deleted_at`."""
    return getattr(record, "deleted_at", None) is not None


class SetField(Operation):
    """An operation that is one assignment, and refuses who has that value already.

    Attributes:
        field, value: what is set, to a plain value or a database expression.
        also: further columns that are set with it.
        already: why a record that has the value cannot be a target.
        origins: the values that may become this one; any other is refused with `elsewhere`.
    """

    field: ClassVar[str]
    value: ClassVar[Any]
    also: ClassVar[Mapping[str, Any]] = {}
    already: ClassVar[str | Promise] = _("it is so already")
    origins: ClassVar[Sequence[Any]] = ()
    elsewhere: ClassVar[str | Promise] = _("its present state does not allow it")

    def refusals(
        self, records: Iterable[Model], params: Mapping[str, Any]
    ) -> dict[Any, str | Promise]:
        """One sentence for each that cannot: deleted, as it should be already, or coming from
        a state that does not lead here."""
        told = {record.pk: self.refusal(record) for record in records}
        return {pk: why for pk, why in told.items() if why}

    def refusal(self, record: Any) -> str | Promise:
        """Why this record cannot be a target; "" when it can."""
        if in_trash(record):
            return IN_TRASH
        if self.is_set(record):
            return self.already
        if self.origins and getattr(record, self.field) not in self.origins:
            return self.elsewhere
        return ""

    def is_set(self, record: Any) -> bool:
        """Whether the record has the value already."""
        return bool(getattr(record, self.field) == self.value)

    def run(self, targets: QuerySet[Any], params: Mapping[str, Any]) -> None:
        """One statement for all of them."""
        targets.update(**{self.field: self.value, **self.also}, updated_at=Now())
