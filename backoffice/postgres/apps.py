from django.apps import AppConfig


class PostgresConfig(AppConfig):
    name = "backoffice.postgres"
    # django.contrib.postgres has taken the short label.
    label = "backoffice_postgres"

    def ready(self) -> None:
        from backoffice.postgres import checks

        checks.register()
