"""Two more operators, and requests as people send them."""

import pytest

from audit.actors import Actor
from backoffice.accounts.models import Staff
from backoffice.accounts.staffing import grant_role
from tests.operations.approval.asking import sent


@pytest.fixture
def olga(people) -> Staff:
    """A second operator, so that two can be at it at once."""
    actor = Actor.service("tests")
    return grant_role("olga@example.com", "operator", actor=actor, reason="exists").staff


@pytest.fixture
def hidden_category(site, product) -> int:
    """The outermost category, hidden by the product: what Vera asks to be mended."""
    product.execute(
        "UPDATE articles_category SET hidden = true WHERE id = %s", [site.categories[0]]
    )
    return site.categories[0]


@pytest.fixture
def asked(people, hidden_category):
    """Vera's request to unhide the category."""
    return sent(people["vera"], "category.unhide", [hidden_category])


@pytest.fixture
def browse(people):
    """Signs someone in, by their name among the usual people or as themselves."""
    from django.test import Client

    def sign_in(who) -> Client:
        client = Client(headers={"accept-language": "en"})
        staff = people[who] if isinstance(who, str) else who
        client.force_login(staff, backend="backoffice.accounts.google.GoogleSignIn")
        return client

    return sign_in
