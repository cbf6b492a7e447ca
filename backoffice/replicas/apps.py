"""The room of the replicas."""

from django.apps import AppConfig


class ReplicasConfig(AppConfig):
    name = "backoffice.replicas"
    label = "replicas"
