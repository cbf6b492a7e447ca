from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "backoffice.health"
