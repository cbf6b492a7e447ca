"""Addresses of the audit's pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
