"""Addresses of the texts for customers."""

from django.urls import path

from backoffice.replies import views

urlpatterns = [
    # /events/<id>/reply/
    path("events/<str:pk>/reply/", views.reply_to_event, name="replies-event"),
    # /activity/fold/reply/
    path("activity/fold/reply/", views.reply_to_fold, name="replies-fold"),
]
