"""Edit members: what they are called, where they are written to, what they may do."""

from django.core.validators import validate_email

from backoffice.operations.editing import Edit
from backoffice.operations.registry import register


@register
class EditMember(Edit):
    name = "member.edit"
    # The key ties a member to what they did: it is the product's, and nobody else changes it.
    fields = ("name", "email", "role")
    singly = ("name", "email")
    validators = {"email": [validate_email]}
