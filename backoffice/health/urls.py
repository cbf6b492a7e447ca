"""Addresses that machines ask; nobody signs in for them."""

from django.urls import path

from backoffice.health import views

urlpatterns = [
    # /healthz, /readyz
    path("healthz", views.live, name="health-live"),
    path("readyz", views.ready, name="health-ready"),
]
