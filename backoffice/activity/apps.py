"""The pages of the audit."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ActivityConfig(AppConfig):
    name = "backoffice.activity"
    label = "activity"
    verbose_name = _("Activity")

    def ready(self) -> None:
        from backoffice.activity import panels, seals_view
        from backoffice.activity.filters import ACTIVITY_PARAMS
        from backoffice.activity.view_places import ViewPlaces
        from backoffice.console.saved_views import register_page

        panels.register_panels()
        seals_view.register()
        register_page("activity", "activity-activity", ACTIVITY_PARAMS, ViewPlaces())
        # What an area's verbs are called stands in its verbs.py, who its people are in people.py.
        autodiscover_modules("verbs", "people", "untracked")
