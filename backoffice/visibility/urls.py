"""Addresses: whether visitors see a record, and which settings hold for it."""

from django.urls import path

from backoffice.entities import converters  # noqa: F401 - makes <entity:…> known
from backoffice.visibility import views

urlpatterns = [
    # /<entities>/<pk>/…
    path("<entity:entity>/<str:pk>/visibility/", views.show, name="visibility-record"),
    path("<entity:entity>/<str:pk>/settings/", views.show_settings, name="visibility-settings"),
]
