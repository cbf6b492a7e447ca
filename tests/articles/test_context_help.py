"""The examples of the context contract run as they stand on the help page, as role product."""

import re
import runpy
from html import unescape

import pytest
from django.test import Client

from articles.models import Article
from audit.context import SETTINGS
from audit.models import Event

BACKEND = "backoffice.accounts.google.GoogleSignIn"


@pytest.fixture
def page(people):
    """The help page in a language, as a developer reads it."""

    def read(language="en"):
        client = Client(headers={"accept-language": language})
        client.force_login(people["vera"], backend=BACKEND)
        return client.get("/help/context/").content.decode()

    return read


def example(html, name):
    """The text that is copied from the page."""
    shown = re.search(f'<code data-example="{name}">(.*?)</code>', html, re.DOTALL)
    return unescape(shown[1])


def told(event):
    names = ("actor_kind", "actor_id", "actor_label", "reason", "tool", "request_id")
    return [getattr(event, name) for name in names]


def assert_hidden_by_minji(request_id):
    event = Event.objects.latest("id")
    assert Article.objects.get(slug="refund-1").hidden
    assert told(event) == ["member", "minji", "김민지", "시즌 종료 정리", "editor", request_id]
    assert (event.database_role, event.flags) == ("product", [])
    return event


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_sql_example_makes_a_change_of_the_member(page, product, site, language):
    product.execute(example(page(language), "context.sql"))
    event = assert_hidden_by_minji("7d1f0c")
    assert event.ticket == "CS-4821"
    product.execute("UPDATE articles_article SET pinned = true WHERE slug = 'refund-1'")
    assert Event.objects.latest("id").actor_kind == "role"


def test_the_python_example_makes_a_change_of_the_member(page, product, site, tmp_path):
    copied = tmp_path / "context.py"
    copied.write_text(example(page(), "context.py"), encoding="utf-8")
    room = runpy.run_path(str(copied))
    member = {"id": "minji", "name": "김민지"}
    room["hide_article"](product, "refund-1", member, "7d1f0c")
    assert_hidden_by_minji("7d1f0c")


def test_the_go_example_sets_the_same_in_the_same_transaction(page, product, site):
    """No Go is asked for here: its statement runs with its values, as pgx would send them."""
    source = example(page(), "context.go")
    statement = re.search(r"const announce = `(.*?)`", source, re.DOTALL)[1]
    update = re.search(r'"(UPDATE .*?)", slug', source)[1]
    names = re.findall(r"who\.(\w+)", source)
    assert names == ["ActorKind", "ActorID", "ActorLabel", "Reason", "Tool", "RequestID"]
    values = ["member", "minji", "김민지", "시즌 종료 정리", "editor", "7d1f0c"]
    with product.transaction():
        product.execute(re.sub(r"\$\d", "%s", statement), values)
        product.execute(update.replace("$1", "%s"), ["refund-1"])
    assert_hidden_by_minji("7d1f0c")
    assert source.count("{") == source.count("}")
    assert "\t" in source


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_names_every_setting_with_its_limit(page, language):
    html = page(language)
    shown = re.findall(r'<code>backoffice\.(\w+)</code></th><td class="number">(\d+)<', html)
    assert {name: int(size) for name, size in shown} == SETTINGS
    assert "check_capture" in html
    assert 'href="/activity/writers/"' in html


def test_what_is_wrong_is_flagged_as_the_page_says_and_breaks_nothing(product, site):
    with product.transaction():
        product.execute("SELECT set_config('backoffice.actor_kind', 'staff', true)")
        product.execute("SELECT set_config('backoffice.actor_id', '1', true)")
        product.execute("SELECT set_config('backoffice.reason', repeat('x', 1001), true)")
        product.execute("SELECT set_config('backoffice.occurred_at', '2001-01-01', true)")
        product.execute("UPDATE articles_article SET hidden = true WHERE slug = 'refund-1'")
    event = Event.objects.latest("id")
    assert Article.objects.get(slug="refund-1").hidden
    assert (event.actor_kind, event.actor_id, len(event.reason)) == ("role", "product", 1000)
    assert sorted(event.flags) == ["actor refused", "occurred_at refused", "reason cut"]
