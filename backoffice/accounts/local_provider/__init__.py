"""A local OpenID provider that stands in for Google in the demo and the tests.

`manage.py local_provider` serves it on loopback, as a process of its own without the database.
It asks for no password: so it refuses to be imported where the console is in production.
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if not settings.EMBEDDED:
    raise ImproperlyConfigured(
        "The local OpenID provider signs anyone in, so it does not run in production. "
        "Leave GOOGLE_OIDC_ENDPOINT unset to use Google."
    )
