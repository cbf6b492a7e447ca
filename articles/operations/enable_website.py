"""Turn the websites of spaces on."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Space
from backoffice.operations.base import Operation
from backoffice.operations.registry import register


@register
class EnableWebsite(Operation):
    name = "space.enable_website"
    entity = "space"
    label = _("Turn the website on")
    sentence = ngettext_lazy(
        "Turn the website of %(count)s space on",
        "Turn the websites of %(count)s spaces on",
        "count",
    )
    event = "space.website_enabled"
    icon = "power"
    inverse = "space.disable_website"
    consequence = _("Visitors can open the site again.")

    def refusals(self, records: Iterable[Space], params: Mapping[str, Any]) -> dict[Any, Any]:
        return {
            space.pk: _("its website is on already") for space in records if space.website_enabled
        }

    def run(self, targets: QuerySet[Space], params: Mapping[str, Any]) -> None:
        targets.update(website_enabled=True, updated_at=Now())
