"""The second area."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "tests.contracts.second_area.billing"
    label = "billing"
