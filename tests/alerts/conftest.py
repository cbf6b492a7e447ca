"""Something happened on the help site of a customer, and someone should be told."""

from __future__ import annotations

from itertools import count

import pytest
from django.test import Client

from tests.audit.writing import JIHO, change_by
from tests.content import ARTICLE

HIDE = "UPDATE articles_article SET hidden = true WHERE id = %s"
DELETE = "DELETE FROM articles_article WHERE id = %s"


@pytest.fixture
def remove(product, site):
    """Delete so many articles one by one, or hide them in one transaction."""
    numbers = count()

    def made(where):
        values = (where.channel, where.space, where.categories[0], f"x-{next(numbers)}", None)
        return product.execute(ARTICLE, values).fetchone()[0]

    def run(number, *, actor=JIHO, where=site, at_once=False):
        articles = [(made(where),) for _ in range(number)]
        if at_once:
            with change_by(product, actor) as cursor:
                cursor.executemany(HIDE, articles)
            return
        for article in articles:
            with change_by(product, actor) as cursor:
                cursor.execute(DELETE, article)

    return run


@pytest.fixture
def signed_in(people):
    def browser(name):
        client = Client(headers={"accept-language": "en"})
        client.force_login(people[name], backend="backoffice.accounts.google.GoogleSignIn")
        return client

    return browser
