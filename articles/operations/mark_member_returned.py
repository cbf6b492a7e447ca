"""Note that members who had left are back."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class MarkMemberReturned(SetField):
    name = "member.mark_returned"
    entity = "member"
    label = _("Mark as returned")
    sentence = ngettext_lazy(
        "Mark %(count)s member as returned",
        "Mark %(count)s members as returned",
        "count",
    )
    event = "member.returned"
    icon = "member"
    rank = 10
    inverse = "member.mark_left"
    field, value = "left_at", None
    already = _("this person has not left")
    consequence = _("These people can sign in again, with the role that they had.")
