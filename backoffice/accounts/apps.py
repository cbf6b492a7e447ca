"""The accounts app."""

from importlib import import_module
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class AccountsConfig(AppConfig):
    name = "backoffice.accounts"
    label = "accounts"
    verbose_name = _("Staff")

    def ready(self) -> None:
        import_module("backoffice.accounts.events")
        import_module("backoffice.accounts.elevation")
        _check_endpoint(settings.GOOGLE_OIDC_ENDPOINT)


def _check_endpoint(endpoint: str) -> None:
    """Secrets and tokens go over TLS, but for a provider on this very machine."""
    parts = urlsplit(endpoint)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise ImproperlyConfigured(
            f"GOOGLE_OIDC_ENDPOINT={endpoint!r} is neither https nor on this machine. "
            "Leave it unset for Google itself."
        )
