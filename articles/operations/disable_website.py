"""Turn the websites of spaces off."""

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
class DisableWebsite(Operation):
    name = "space.disable_website"
    entity = "space"
    label = _("Turn the website off")
    sentence = ngettext_lazy(
        "Turn the website of %(count)s space off",
        "Turn the websites of %(count)s spaces off",
        "count",
    )
    event = "space.website_disabled"
    icon = "power"
    inverse = "space.enable_website"
    dangerous = True
    consequence = _("Nobody can open the site until it is turned on again.")

    def refusals(self, records: Iterable[Space], params: Mapping[str, Any]) -> dict[Any, Any]:
        return {s.pk: _("its website is off already") for s in records if not s.website_enabled}

    def run(self, targets: QuerySet[Space], params: Mapping[str, Any]) -> None:
        targets.update(website_enabled=False, updated_at=Now())
