"""A declaration that cannot work stops start-up, with an id and what to do."""

import pytest
from django.db import models
from django.test.utils import isolate_apps

from articles.entities import ArticleEntity, MemberEntity, SpaceEntity, TranslationEntity
from backoffice.entities import registry
from backoffice.entities.checks import check_entities, check_entity
from backoffice.entities.entity import Entity, Related
from backoffice.entities.limits import json_limit, text_limit


def ids(declared, **attributes):
    messages = check_entity(type("Tried", (declared,), attributes)())
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_it_finds_nothing_wrong_with_the_registered_entities():
    assert registry.all()
    assert check_entities() == []


@pytest.mark.parametrize(
    ("declared", "attributes", "expected"),
    [
        (ArticleEntity, {"list_display": ("colour",)}, "entities.E001"),
        (ArticleEntity, {"fieldsets": (("x", ("colour",)),)}, "entities.E001"),
        (ArticleEntity, {"list_filter": ("translations",)}, "entities.E001"),
        (ArticleEntity, {"secret_fields": ("colour",)}, "entities.E001"),
        (ArticleEntity, {"ordering": ("-published_at",)}, "entities.E002"),
        (ArticleEntity, {"ordering": ("-position",)}, "entities.E003"),
        (ArticleEntity, {"search_fields": ("wanted_key",)}, "entities.E004"),
        (ArticleEntity, {"search_fields": ("translations__wanted_key",)}, "entities.E004"),
        (TranslationEntity, {"text_search_fields": ("summary",)}, "entities.E005"),
        (ArticleEntity, {"scope_field": None}, "entities.E006"),
        (ArticleEntity, {"scope_field": "space_id"}, "entities.E006"),
        (ArticleEntity, {"scope_field": "slug"}, "entities.E006"),
        (ArticleEntity, {"related": (Related("shelf", "article_id"),)}, "entities.E008"),
        (ArticleEntity, {"related": (Related("member", "channel_id"),)}, "entities.E008"),
        (ArticleEntity, {"timeline_children": (("member", "article_id"),)}, "entities.E008"),
        (SpaceEntity, {"name": "shelf"}, "entities.E009"),
        (SpaceEntity, {"related": (Related("article", "space_id"),) * 2}, "entities.E011"),
        (ArticleEntity, {"exact_search_fields": ("state",)}, "entities.E010"),
        (MemberEntity, {"list_filter": ("channel", "email")}, "entities.E012"),
        (MemberEntity, {"personal_fields": ("name", "email", "key")}, "entities.E012"),
    ],
)
def test_it_reports_the_one_thing_that_is_wrong(declared, attributes, expected):
    assert ids(declared) == []
    assert ids(declared, **attributes) == [expected]


def test_a_computed_column_is_listed_and_neither_filtered_nor_ordered_by():
    computed = {"computed": {"colour": "Colour"}}
    assert ids(ArticleEntity, list_display=("colour",), **computed) == []
    assert ids(ArticleEntity, list_filter=("colour",), **computed) == ["entities.E001"]
    assert ids(ArticleEntity, ordering=("colour",), **computed) == ["entities.E001"]


def test_a_path_through_a_parent_is_a_scope():
    assert ids(TranslationEntity, scope_field="article__channel_id") == []


def test_an_entity_may_belong_to_no_scope_when_it_says_so():
    assert ids(MemberEntity, scope_field="") == []


def test_it_names_the_entity_and_the_field():
    (message,) = check_entity(type("Tried", (ArticleEntity,), {"ordering": ("position",)})())
    assert "'article'" in message.msg
    assert "'position'" in message.msg
    assert "models.Index(fields=['position', 'id'])" in message.hint


@isolate_apps("articles")
@pytest.mark.parametrize(
    ("field", "constraint", "expected"),
    [
        (models.TextField(), None, ["entities.E007"]),
        (models.JSONField(), None, ["entities.E007"]),
        (models.CharField(), None, ["entities.E007"]),
        (models.CharField(max_length=20), None, []),
        (models.TextField(), text_limit("value", 20, "shelf_limit"), []),
        (models.TextField(), text_limit("other", 20, "shelf_limit"), ["entities.E007"]),
        (models.JSONField(), json_limit("value", 20, "shelf_limit"), []),
    ],
)
def test_every_text_and_json_column_needs_a_limit_in_the_database(field, constraint, expected):
    class Shelf(models.Model):
        value = field
        other = models.IntegerField()

        class Meta:
            app_label = "articles"
            constraints = [constraint] if constraint else []

    words = {"name": "shelf", "slug": "shelves", "model": Shelf, "scope_field": ""}
    assert ids(type("ShelfEntity", (Entity,), words)) == expected
