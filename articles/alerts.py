"""What of this area's life someone should be told of: a website that was switched off."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.alert_rules import Rule, register
from audit.alert_streams import Stream, Window

switching = Stream(
    "effects_on_records",
    lambda: [Window(timedelta(hours=1), 1)],
    timedelta(hours=1),
    lambda: {"verbs": ["turned_off"], "entity": "space"},
)
register(
    Rule(
        name="website_off",
        label=gettext_lazy("A website was switched off"),
        sentence=lambda count: _("%(actor)s switched off the website of %(record)s"),
        limits=lambda: _("every time"),
        evaluate=switching.findings,
        quiet=switching.quiet,
        link={"verb": "turned_off"},
    )
)
