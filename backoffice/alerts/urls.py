"""Addresses of the alerts."""

from django.urls import path

from backoffice.alerts import views

urlpatterns = [
    # /alerts/
    path("alerts/", views.show_alerts, name="alerts-list"),
    path("alerts/<int:pk>/", views.show_alert, name="alerts-alert"),
    path("alerts/<int:pk>/acknowledge/", views.acknowledge, name="alerts-acknowledge"),
    path("alerts/rules/<str:name>/", views.show_rule, name="alerts-rule"),
]
