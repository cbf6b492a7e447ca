"""Show a member's name and e-mail address to someone whose role does not see them."""

from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.reveal import Reveal


@register
class RevealMember(Reveal):
    name = "member.reveal"
    entity = "member"
    sentence = ngettext_lazy("Reveal %(count)s member", "Reveal %(count)s members", "count")
    event = "member.revealed"
