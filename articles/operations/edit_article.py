"""Edit the settings of articles; their texts are translations."""

from articles.rules import SLUG
from backoffice.operations.editing import Edit
from backoffice.operations.registry import register


@register
class EditArticle(Edit):
    name = "article.edit"
    # State, visibility, pin, place and position have operations of their own.
    fields = ("slug", "published_at", "author")
    validators = {"slug": [SLUG]}
