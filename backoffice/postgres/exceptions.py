"""What can go wrong with the embedded cluster; every message ends with what to do next."""

from django.core.exceptions import ImproperlyConfigured


class ClusterError(ImproperlyConfigured):
    """The embedded PostgreSQL cluster cannot do what was asked."""


class ServerDidNotStart(ClusterError):
    """A server's process ended before it answered; the message holds the end of its log."""
