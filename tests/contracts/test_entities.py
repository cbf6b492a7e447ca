"""Every entity gives every page; a new one is a visible line here."""

import pytest
from django.test import Client

from backoffice.entities import registry
from tests.content import make_help_center
from tests.entities.conftest import browser
from tests.harness import databases
from tests.people import make_people

ENTITIES = {
    "channel": "channels",
    "member": "members",
    "space": "spaces",
    "category": "categories",
    "article": "articles",
    "translation": "translations",
}
# The console's own: who is looked up by whom stands in tests/accounts/test_staff_pages.py.
OWN = {"staff": "staff", "grant": "grants"}
CUSTOMERS = [entity for entity in registry.all() if entity.name not in OWN]
PAGES = ["/{slug}/", "/{slug}/?q=1", "/{slug}/1/", "/{slug}/1/timeline/"]


@pytest.fixture(scope="module")
def vera(committed_db_once):
    people = make_people()
    with databases.connect("product") as product:
        make_help_center(product)
    return browser(people["vera"])


def test_the_list_of_entities_is_closed():
    assert {entity.name: entity.slug for entity in registry.all()} == ENTITIES | OWN


@pytest.mark.parametrize("slug", OWN.values())
def test_nobody_sees_the_consoles_own_without_signing_in(vera, slug):
    assert Client().get(f"/{slug}/")["location"].startswith("/sign-in/")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("slug", ENTITIES.values())
def test_a_viewer_sees_every_page_of_it(vera, slug, address):
    assert vera.get(address.format(slug=slug)).status_code == 200


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("slug", ENTITIES.values())
def test_nobody_sees_it_without_signing_in(vera, slug, address):
    answer = Client().get(address.format(slug=slug))
    assert answer.status_code == 302
    assert answer["location"].startswith("/sign-in/")


@pytest.mark.parametrize("entity", CUSTOMERS, ids=lambda entity: entity.name)
def test_it_declares_what_its_pages_need(entity):
    assert entity.fieldsets, "a record page without settings"
    assert entity.list_display, "a list of names only"
    assert entity.search_fields, "not found by the search"
    assert entity.history_model is not None, "not tracked"
    assert entity.scope_field, "open to everyone"


@pytest.mark.parametrize("entity", registry.all(), ids=lambda entity: entity.name)
def test_every_column_that_people_set_stands_in_its_settings(entity):
    shown = {name for _, names in entity.fieldsets for name in names}
    keys = set(entity.unread(full=True))  # secrets among them
    columns = {field.name for field in entity.model._meta.concrete_fields} - keys - {"id"}
    assert columns - shown == set()
