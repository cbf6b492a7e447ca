"""Addresses of the shell: home, help, language and theme."""

from django.urls import path

from backoffice.console import components, saved_view_pages, views

urlpatterns = [
    path("", views.home, name="console-home"),
    # /help/…
    path("help/", views.help_index, name="console-help"),
    path("help/components/", components.components, name="console-help-components"),
    path("help/<slug:slug>/", views.help_topic, name="console-help-topic"),
    # /views/: saved views of any page
    path("views/", saved_view_pages.save_view, name="console-save-view"),
    path("views/<str:pk>/", saved_view_pages.change_view, name="console-saved-view"),
    # what a person chose for their browser
    path("language/", views.set_language, name="console-language"),
    path("theme/", views.set_theme, name="console-theme"),
]
