"""Addresses of the audit's pages."""

from django.urls import path

from backoffice.activity import export_view, fold_view, views
from backoffice.entities import converters  # noqa: F401 - makes <entity:…> known

urlpatterns = [
    # /activity/
    path("activity/", views.show_activity, name="activity-activity"),
    path("activity/fold/", fold_view.show_fold, name="activity-fold"),
    path("activity/export/<slug:kind>/", export_view.export_activity, name="activity-export"),
    # /events/
    path("events/", views.show_events, name="activity-events"),
    path("events/export/<slug:kind>/", export_view.export_events, name="activity-events-export"),
    path("events/<str:pk>/", views.show_event, name="activity-event"),
    # /<entities>/<pk>/…
    path("<entity:entity>/<str:pk>/timeline/", views.show_timeline, name="activity-timeline"),
    path("<entity:entity>/<str:pk>/history/<slug:field>/", views.show_field, name="activity-field"),
]
