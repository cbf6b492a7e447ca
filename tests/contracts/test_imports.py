"""Imports go one way: articles → backoffice → audit → django; and machines know no area's word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_NOT_IMPORT = {"audit": {"backoffice", "articles"}, "backoffice": {"articles"}}
# Words of the customers' content. `member` is not among them, as it is a kind of actor too, nor is
# `translation`, which the pages have in two languages; of a space only names are looked at.
WORDS = {"channel", "channels", "category", "categories", "article", "articles"}
NAMES = WORDS | {"space", "spaces"}
# Settings say which areas there are, and the check of the catalogues reads their folders.
FED = {ROOT / "backoffice" / "settings.py", ROOT / "backoffice" / "console" / "catalogues.py"}
TEMPLATES = [
    "console",
    "entities",
    "activity",
    "operations",
    "accounts",
    "alerts",
    "visibility",
    "replies",
]


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if path not in FED)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def short(path: Path) -> str:
    """What a test of a file is called."""
    return str(path.relative_to(ROOT))


def docstrings(tree: ast.AST) -> set[int]:
    """The nodes that are docstrings: they may give examples."""
    found = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            found.add(id(body[0].value))
    return found


def spoken(tree: ast.AST) -> Iterator[tuple[int, set[str]]]:
    """(line, forbidden words) of every name and text in a module."""
    left_out = docstrings(tree)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        for name in names_in(node):
            yield line, parts(name) & NAMES
        if isinstance(getattr(node, "value", None), str) and id(node) not in left_out:
            yield line, parts(node.value) & WORDS


def names_in(node: ast.AST) -> Iterator[str]:
    for attribute in ("id", "attr", "name", "arg", "asname"):
        value = getattr(node, attribute, None)
        if isinstance(value, str) and not isinstance(node, ast.alias):
            yield value


def parts(text: str) -> set[str]:
    """The words that a name or a text is made of, in small letters."""
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)}


@pytest.mark.parametrize(
    "path", sources("audit", "backoffice"), ids=lambda p: str(p.relative_to(ROOT))
)
def test_it_imports_nothing_of_those_above_it(path):
    forbidden = MAY_NOT_IMPORT[path.relative_to(ROOT).parts[0]]
    tree = ast.parse(path.read_text("utf-8"))
    assert {name for name in imported(tree) if name.split(".")[0] in forbidden} == set()


@pytest.mark.parametrize(
    "path", sources("audit", "backoffice"), ids=lambda p: str(p.relative_to(ROOT))
)
def test_it_says_no_word_of_the_customers_content(path):
    tree = ast.parse(path.read_text("utf-8"))
    said = [f"line {line}: {', '.join(words)}" for line, words in spoken(tree) if words]
    assert said == []


def machine_texts() -> list[Path]:
    templates = [p for room in TEMPLATES for p in (ROOT / "templates" / room).rglob("*.html")]
    return sorted(templates + list((ROOT / "audit" / "sql").glob("*.sql")))


@pytest.mark.parametrize("path", machine_texts(), ids=short)
def test_templates_and_sql_of_machines_say_none_either(path):
    # <article> is HTML's word for a part that stands for itself.
    text = re.sub(r"</?article\b", "", path.read_text("utf-8"))
    assert parts(text) & WORDS == set()


def test_the_rule_itself_sees_what_it_forbids():
    tree = ast.parse('def f(channel_id): return g(space=x.ArticleEntity, y="the category is")')
    assert set().union(*(words for _, words in spoken(tree))) == {
        "channel",
        "space",
        "article",
        "category",
    }
    assert "articles" in imported(ast.parse("import x\nfrom articles import y"))
