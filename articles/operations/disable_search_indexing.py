"""Keep search engines away from the sites of spaces."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.operations.registry import register
from backoffice.operations.set_field import SetField


@register
class DisableSearchIndexing(SetField):
    name = "space.disable_indexing"
    entity = "space"
    label = _("Keep search engines out")
    sentence = ngettext_lazy(
        "Keep search engines out of %(count)s space",
        "Keep search engines out of %(count)s spaces",
        "count",
    )
    event = "space.indexing_disabled"
    icon = "ban"
    rank = 50
    inverse = "space.enable_indexing"
    field, value = "search_indexing", False
    already = _("search engines are kept out already")
    consequence = _(
        "Search engines will drop the sites in the coming days. "
        "Visitors who have the address still come in."
    )
