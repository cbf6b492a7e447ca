"""A browser's view of the audit's pages, signed in as one of the usual people."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from tests.audit.writing import MINJI, change_by

BACKEND = "backoffice.accounts.google.GoogleSignIn"


@pytest.fixture
def browse(people) -> Callable[..., Client]:
    """`browse("vera")` is a client signed in as her, reading English."""

    def sign_in(name: str, **options: Any) -> Client:
        client = Client(headers={"accept-language": "en"}, **options)
        client.force_login(people[name], backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def hide(product) -> Callable[..., int]:
    """Hides articles as 김민지 in one transaction; the event's id."""

    def change(articles: list[int], actor: Any = MINJI, reason: str = "시즌 종료 정리") -> int:
        with change_by(product, actor, reason, tool="editor") as cursor:
            cursor.execute(
                "UPDATE articles_article SET hidden = true WHERE id = ANY(%s)", (articles,)
            )
        return int(Event.objects.order_by("-id").values_list("id", flat=True)[0])

    return change


def words(response: Any) -> str:
    """A page's main part as a person reads it: no markup, single spaces."""
    html = response.content.decode()
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    text = unescape(re.sub(r"<[^>]*>", " ", main.group() if main else html))
    return re.sub(r"\s+([,.:)])", r"\1", " ".join(text.split()))
