"""`manage.py local_provider`: the stand-in for Google in the demo."""

import signal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = (
        "Serve the local OpenID provider that stands in for Google in the demo. It signs in the "
        "demo's people without a password, listens on 127.0.0.1 only, and uses no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port",
            type=int,
            help="The port, that of GOOGLE_OIDC_ENDPOINT by default.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "The local provider signs anyone in, so it does not run in production. "
                "Leave GOOGLE_OIDC_ENDPOINT unset to use Google."
            )
        port = options["port"]
        if port is None:
            port = urlsplit(settings.GOOGLE_OIDC_ENDPOINT).port or 8001
        if not 1 <= port <= 65_535:
            raise CommandError(f"--port {port} is no port. Use 1 to 65535.")
        self._serve(port)

    def _serve(self, port: int) -> None:
        # Imported here, because the package refuses to be imported in production.
        from backoffice.accounts.local_provider.server import build_server

        try:
            server = build_server(port)
        except OSError as error:
            raise CommandError(f"Port {port} cannot be used: {error}. Choose another.") from error
        signal.signal(signal.SIGTERM, _interrupt)
        self.stdout.write(f"Local OpenID provider on http://127.0.0.1:{port}")
        self.stdout.flush()
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            self.stdout.write("Local OpenID provider stopped.")
        finally:
            server.server_close()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
