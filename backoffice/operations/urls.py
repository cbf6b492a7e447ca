"""Addresses of the operations: fill → preview → done."""

from django.urls import path

from backoffice.operations import views

urlpatterns = [
    # /operations/<name>/
    path("operations/<str:name>/", views.fill, name="operations-run"),
    path("operations/<str:name>/<uuid:token>/", views.confirm, name="operations-preview"),
    path("operations/<str:name>/<uuid:token>/done/", views.done, name="operations-done"),
    path("operations/<str:name>/<uuid:token>/rows.csv", views.rows, name="operations-rows"),
]
