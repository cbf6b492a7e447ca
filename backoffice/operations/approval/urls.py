"""Addresses of the requests."""

from django.urls import path

from backoffice.operations.approval import views

urlpatterns = [
    # /requests/
    path("requests/", views.show_requests, name="approval-list"),
    path("requests/send/<uuid:token>/", views.send, name="approval-send"),
    path("requests/<int:pk>/", views.show_request, name="approval-request"),
    path("requests/<int:pk>/approve/", views.approve_request, name="approval-approve"),
    path("requests/<int:pk>/refuse/", views.refuse_request, name="approval-refuse"),
    path("requests/<int:pk>/withdraw/", views.withdraw_request, name="approval-withdraw"),
    path("requests/<int:pk>/comment/", views.comment_request, name="approval-comment"),
]
