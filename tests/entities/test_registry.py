"""The registry takes each entity once."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from articles.models import Channel, Space
from backoffice.accounts.roles import roles_with
from backoffice.entities import registry
from backoffice.entities.entity import Entity


def declare(**attributes):
    words = {"name": "shelf", "slug": "shelves", "model": type("Shelf", (), {}), **attributes}
    words["model"]._meta = Space._meta
    return type("ShelfEntity", (Entity,), words)


@pytest.mark.parametrize("taken", [{"name": "space"}, {"slug": "spaces"}])
def test_it_refuses_a_second_of_the_same_word_and_names_both(taken):
    with pytest.raises(ImproperlyConfigured) as refusal:
        registry.register(declare(**taken))
    assert "ShelfEntity" in str(refusal.value)
    assert "SpaceEntity" in str(refusal.value)


def test_it_refuses_a_second_entity_of_one_model():
    words = {"name": "company", "slug": "companies", "model": Channel}
    with pytest.raises(ImproperlyConfigured, match="ChannelEntity have the same model"):
        registry.register(type("CompanyEntity", (Entity,), words))


@pytest.mark.parametrize("slug", ["Shelves", "she/lves", "", "x" * 60, "책장"])
def test_it_refuses_a_word_that_cannot_be_in_an_address(slug):
    with pytest.raises(ImproperlyConfigured, match="cannot be in an address"):
        registry.register(declare(slug=slug))


def test_it_names_what_it_knows_when_it_does_not_know_a_name():
    with pytest.raises(registry.UnknownEntity, match="Known: article, category"):
        registry.get("shelf")
    with pytest.raises(registry.UnknownEntity, match="/shelves/"):
        registry.by_slug("shelves")


def test_it_finds_an_entity_by_name_slug_and_model():
    found = registry.get("space")
    assert registry.by_slug("spaces") is found
    assert registry.for_model(Space) is found
    assert registry.for_model(Entity) is None


def test_it_gives_every_role_with_access_the_permission_to_view_unless_it_says_otherwise():
    everyone = {"viewer", "operator", "admin", "auditor", "developer"}
    for entity in registry.all():
        roles = {role.value for role in roles_with(entity.view_permission)}
        assert roles == ({"admin", "auditor"} if entity.name == "staff" else everyone)
