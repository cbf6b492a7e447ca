"""Help: every topic in every language, for everyone who is signed in."""

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from backoffice.console import topics
from backoffice.console.components import components
from tests.console.drawing import Person, request_of

LANGUAGES = [code for code, _name in settings.LANGUAGES]
SLUGS = [topic.slug for topic in topics.all_topics()]


def test_the_topics_are_these():
    assert SLUGS == [
        "articles-gone",
        "not-visible",
        "site-off",
        "who-changed",
        "activity",
        "operations",
        "taking-back",
        "approval",
        "runs",
        "masking",
        "context",
        "keyboard",
        "roles",
    ]


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_topic_is_written_in_each_language(otis, slug, language):
    topic = topics.get_topic(slug)
    assert topic is not None
    get_template(f"{topic.template}.{language}.html")
    page = otis.get(f"/help/{slug}/", headers={"accept-language": language})
    assert page.status_code == 200
    text = page.content.decode().split('class="prose"')[1].split("page__aside")[0]
    assert ("니다." in text) is (language == "ko")


def test_the_index_leads_to_every_topic(otis):
    text = otis.get("/help/").content.decode()
    for slug in SLUGS:
        assert f'href="/help/{slug}/"' in text


def test_help_is_open_to_those_who_have_no_role_yet(browse):
    assert browse("nolan").get("/help/roles/").status_code == 200


@pytest.mark.parametrize("slug", ["nothing", "a" * 500])
def test_an_unknown_topic_is_a_page_that_says_so(otis, slug):
    response = otis.get(f"/help/{slug}/", headers={"accept-language": "en"})
    assert response.status_code == 404
    assert "There is no help topic of this name." in response.content.decode()


def test_a_topic_without_the_language_falls_back_to_english(monkeypatch):
    monkeypatch.setattr(topics, "_topics", {})
    topics.register("x", "X", "…", "help/roles")
    with translation.override("fr"):
        assert topics.get_topic("x").load().template.name == "help/roles.en.html"


def test_a_slug_is_taken_once():
    with pytest.raises(ValueError, match="topic 'roles' already"):
        topics.register("roles", "Roles", "…", "help/roles")


def test_the_components_are_shown_to_developers_only(otis):
    response = otis.get("/help/components/", headers={"accept-language": "en"})
    assert response.status_code == 403
    assert "for developers" in response.content.decode()

    page = components(request_of(Person(role="developer")))
    assert page.status_code == 200
