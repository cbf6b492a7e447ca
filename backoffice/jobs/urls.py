"""Addresses of the jobs."""

from django.urls import path

from backoffice.jobs import views

urlpatterns = [
    # /jobs/
    path("jobs/", views.show_jobs, name="jobs-list"),
    path("jobs/<int:pk>/retry/", views.retry, name="jobs-retry"),
    path("jobs/<int:pk>/cancel/", views.cancel, name="jobs-cancel"),
]
