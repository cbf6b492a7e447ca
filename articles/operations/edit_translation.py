"""Edit the text of an article in one language."""

from backoffice.operations.editing import Edit
from backoffice.operations.registry import register


@register
class EditTranslation(Edit):
    name = "translation.edit"
    fields = ("title", "summary", "body")
    # No two articles have the same text.
    singly = ("title", "summary", "body")
