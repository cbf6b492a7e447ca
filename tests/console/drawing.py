"""Drawing the console's pages without a database: a request of a made-up person."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory

from backoffice.operations.approval.access import COUNTS


@dataclass
class Person:
    """Someone who is signed in, with a role and the permissions that are named."""

    role: str = "operator"
    name: str = "Otis"
    email: str = "otis@example.com"
    permissions: frozenset[str] = field(default_factory=frozenset)
    is_authenticated = True
    is_active = True
    pk = 1

    def __post_init__(self) -> None:
        # How many requests wait for them, which the navigation would ask the database for.
        setattr(self, COUNTS, {"review": 0, "news": 0})

    def has_perm(self, permission: str) -> bool:
        return permission in self.permissions

    @property
    def current_role(self) -> str:
        return self.role

    @property
    def current_role_label(self) -> str:
        return self.role


class Messages(BaseStorage):
    """Messages of one request, kept nowhere."""

    def _get(self, *args, **kwargs):
        return [], True

    def _store(self, messages, response, *args, **kwargs):
        return []


def request_of(person: Person | None = None, path: str = "/", **extra) -> HttpRequest:
    """A GET request as the middleware would hand it to a view."""
    request = RequestFactory().get(path, **extra)
    request.user = person or Person()
    request.id = "f00dfeedf00dfeed"
    request._messages = Messages(request)
    return request


def draw(source: str, **context) -> str:
    """Render a line of template with the console's tags loaded."""
    return Template("{% load console %}" + source).render(Context(context))
