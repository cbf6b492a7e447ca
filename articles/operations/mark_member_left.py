"""Note that members left the company: they can no longer sign in."""

from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class MarkMemberLeft(SetField):
    name = "member.mark_left"
    entity = "member"
    label = _("Mark as left")
    sentence = ngettext_lazy(
        "Mark %(count)s member as left",
        "Mark %(count)s members as left",
        "count",
    )
    event = "member.left"
    icon = "sign-out"
    rank = 60
    inverse = "member.mark_returned"
    field, value = "left_at", Now()
    already = _("this person left already")
    consequence = _("These people can no longer sign in. What they wrote stays.")

    def is_set(self, record: Any) -> bool:
        return record.left_at is not None
