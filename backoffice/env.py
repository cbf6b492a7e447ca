"""Readers of environment variables that fail loudly, naming the variable and the mend."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str | None = None) -> str:
    """The value of `name`; without a default, a missing or blank value stops start-up."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. Set it in the environment; see README.md.")
    return default


def boolean(name: str, default: bool) -> bool:
    """True or false; anything but 1/0, true/false, yes/no, on/off stops start-up."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false. Use 1 or 0.")
    return value in _TRUE


def matching(name: str, shape: str, mend: str, default: str | None = None) -> str:
    """A text of the given shape, a regular expression; `mend` says how to write it."""
    value = text(name, default)
    if not re.fullmatch(shape, value):
        # Not the value: it may be a secret.
        raise ImproperlyConfigured(f"{name} is not written as it must be. {mend}")
    return value


def pattern(name: str, default: str) -> str:
    """A regular expression that Python understands."""
    value = text(name, default)
    try:
        re.compile(value)
    except re.error as error:
        raise ImproperlyConfigured(f"{name}={value!r} is no pattern: {error}.") from None
    return value


def zone(name: str, default: str) -> str:
    """The name of a time zone, such as Asia/Seoul."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ImproperlyConfigured(
            f"{name}={value!r} is no time zone. Write one such as Asia/Seoul or UTC."
        ) from None
    return value


def whole(name: str, default: int, minimum: int = 0, maximum: int = 1_000_000) -> int:
    """A whole number from `minimum` to `maximum`."""
    value = number(name, default, minimum, maximum)
    if value != int(value):
        raise ImproperlyConfigured(f"{name}={value:g} is no whole number.")
    return int(value)


def number(name: str, default: float, minimum: float = 0, maximum: float = 1e9) -> float:
    """A number from `minimum` to `maximum`."""
    value = os.environ.get(name, "").strip()
    try:
        parsed = float(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a number.") from None
    if not minimum <= parsed <= maximum:
        raise ImproperlyConfigured(
            f"{name}={value!r} is out of range. Use {minimum:g} to {maximum:g}."
        )
    return parsed


def words(
    name: str, default: str | None = None, shape: str = ".+", mend: str = "Write names with commas."
) -> list[str]:
    """A comma-separated list, blanks dropped; each word of the given shape, one at least."""
    found = [word.strip() for word in text(name, default).split(",") if word.strip()]
    if not (found or default == "") or any(not re.fullmatch(shape, word) for word in found):
        raise ImproperlyConfigured(f"{name} is not written as it must be. {mend}")
    return found


def database(name: str, url: str) -> dict[str, Any]:
    """Django's settings of one PostgreSQL database from a URL.

    The shape is `postgres://user:password@host:port/name?option=value`; a `host` option that is a
    folder means a socket. `name` is the variable that the URL came from, for the error message.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} is not a PostgreSQL URL. Write postgres://user:password@host:port/database."
        )
    options: Mapping[str, str] = dict(parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} has a port that is not a number.") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.get("host", parts.hostname or ""),
        "PORT": str(port or options.get("port", "")),
        "OPTIONS": {key: value for key, value in options.items() if key not in {"host", "port"}},
    }


def webhook(name: str) -> str:
    """Where alerts are posted to: https, or plain HTTP on this machine only; "" if nowhere."""
    value = text(name, "")
    parts = urlsplit(value)
    loopback = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    allowed = {"https", "http"} if loopback else {"https"}
    if value and not (parts.hostname and parts.scheme in allowed):
        raise ImproperlyConfigured(f"{name} is no https address. Write https://host/path.")
    return value


def address_of(name: str, place: str) -> str:
    """An https address with exactly one `place` in its path or query; "" when it is not set."""
    value = text(name, "")
    parts = urlsplit(value)
    fixed = parts.scheme == "https" and parts.hostname and place not in parts.netloc
    if value and not (fixed and value.count(place) == 1 and not re.search(r"[\s<>\"']", value)):
        raise ImproperlyConfigured(
            f"{name} is no https address with one {place}. Write https://host/path/{place}."
        )
    return value


def mail(name: str) -> dict[str, Any]:
    """Django's settings of the mail server: `smtp://user:password@host:port`, `smtps://…` for TLS.

    `smtp+tls://…` is STARTTLS. Without a value, mail is written to the log stream.
    """
    value = text(name, "")
    if not value:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(value)
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} has a port that is not a number.") from None
    usual = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in usual or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} is no mail server. Write smtp+tls://user:pass@host:587."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or usual[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }
