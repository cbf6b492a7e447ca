"""Move translations to the trash; their article stays, in its other languages."""

from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class MoveTranslationToTrash(SetField):
    name = "translation.move_to_trash"
    entity = "translation"
    label = _("Move to the trash")
    sentence = ngettext_lazy(
        "Move %(count)s translation to the trash",
        "Move %(count)s translations to the trash",
        "count",
    )
    event = "translation.trashed"
    icon = "trash"
    rank = 80
    inverse = "translation.restore"
    dangerous = True
    field, value = "deleted_at", Now()
    consequence = _(
        "Visitors will no longer read the articles in this language. The texts can be restored."
    )

    def refusal(self, record: Any) -> Any:
        return _("it is in the trash already") if record.deleted_at else ""
