"""Addresses of the shell: home, help, language and theme."""

from django.urls import path

from backoffice.console import components, views

urlpatterns = [
    path("", views.home, name="console-home"),
    # /help/…
    path("help/", views.help_index, name="console-help"),
    path("help/components/", components.components, name="console-help-components"),
    path("help/<slug:slug>/", views.help_topic, name="console-help-topic"),
    # what a person chose for their browser
    path("language/", views.set_language, name="console-language"),
    path("theme/", views.set_theme, name="console-theme"),
]
