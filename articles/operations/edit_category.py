"""Edit categories: their name and address."""

from articles.rules import SLUG
from backoffice.operations.editing import Edit
from backoffice.operations.registry import register


@register
class EditCategory(Edit):
    name = "category.edit"
    fields = ("name", "slug")
    singly = ("name",)
    validators = {"slug": [SLUG]}
