"""Addresses of the pages that look back."""

from django.urls import path

from backoffice.activity import past_views, seals_view, writers_view
from backoffice.entities import converters  # noqa: F401 - makes <entity:…> known

urlpatterns = [
    # /activity/layout/: how differences are shown, a preference
    path("activity/layout/", past_views.set_layout, name="activity-layout"),
    # /activity/writers/: programs that change records
    path("activity/writers/", writers_view.show_writers, name="activity-writers"),
    # /seals/: the chain that shows what was changed behind the console's back
    path("seals/", seals_view.show_seals, name="activity-seals"),
    # /<entities>/<pk>/…
    path("<entity:entity>/<str:pk>/as-of/", past_views.show_as_of, name="activity-as-of"),
    path("<entity:entity>/<str:pk>/compare/", past_views.show_comparison, name="activity-compare"),
]
