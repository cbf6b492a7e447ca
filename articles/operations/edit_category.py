"""Edit categories: their name and address."""

from django.core.validators import validate_unicode_slug

from backoffice.operations.editing import Edit
from backoffice.operations.registry import register


@register
class EditCategory(Edit):
    name = "category.edit"
    fields = ("name", "slug")
    singly = ("name",)
    validators = {"slug": [validate_unicode_slug]}
