"""Addresses of signing in and out, and of who may do what.

Of social-auth's own, only the two that sign-in needs.
"""

from django.urls import include, path

from backoffice.accounts import access_views, views

social = (
    [
        path("<str:backend>/", views.begin, name="begin"),
        path("<str:backend>/complete/", views.complete, name="complete"),
    ],
    "social",
)

urlpatterns = [
    # /sign-in/
    path("sign-in/", views.sign_in, name="accounts-sign-in"),
    # /sign-in/google/, /sign-in/google/complete/
    path("sign-in/", include(social)),
    # /sign-out/
    path("sign-out/", views.sign_out, name="accounts-sign-out"),
    # /access/, /access/<operation>/
    path("access/", access_views.show_mine, name="accounts-mine"),
    path("access/<str:name>/", access_views.show_who_may, name="accounts-who-may"),
    # /staff/<pk>/access/
    path("staff/<str:pk>/access/", access_views.show_access, name="accounts-access"),
]
