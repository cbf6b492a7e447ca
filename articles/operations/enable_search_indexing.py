"""Let search engines find the sites of spaces."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class EnableSearchIndexing(SetField):
    name = "space.enable_indexing"
    entity = "space"
    label = _("Let search engines in")
    sentence = ngettext_lazy(
        "Let search engines find %(count)s space",
        "Let search engines find %(count)s spaces",
        "count",
    )
    event = "space.indexing_enabled"
    icon = "search"
    rank = 40
    inverse = "space.disable_indexing"
    field, value = "search_indexing", True
    already = _("search engines find it already")
    consequence = _("Search engines will list the sites in the coming days.")
