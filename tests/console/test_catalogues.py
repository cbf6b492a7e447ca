"""The check of the catalogues: silent on the project as it is, loud on each kind of gap."""

from __future__ import annotations

import shutil

import pytest
from django.conf import settings

from backoffice.console import catalogues
from backoffice.console.catalogues import SOURCES, can_extract, problems

PO = "backoffice/locale/ko/LC_MESSAGES/django.po"


@pytest.fixture
def project(tmp_path):
    """A copy of the project, which a test may spoil."""
    for source in SOURCES:
        place = shutil.copytree if (settings.BASE_DIR / source).is_dir() else shutil.copy
        place(settings.BASE_DIR / source, tmp_path / source)
    return tmp_path


@pytest.fixture
def without_gettext(monkeypatch):
    """What is found without the code must be found without the tools that read it."""
    monkeypatch.setattr(catalogues, "can_extract", lambda: False)


def found(root):
    folders = [root / folder.relative_to(settings.BASE_DIR) for folder in settings.LOCALE_PATHS]
    return list(problems(root, folders))


def spoil(project, before, after):
    path = project / PO
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


def test_it_finds_nothing_wrong_with_the_project(project):
    assert found(project) == []


def test_it_names_a_text_without_a_translation(project, without_gettext):
    spoil(project, 'msgstr "항목 변경"', 'msgstr ""')
    assert any("'changed records' is not translated" in line for line in found(project))


def test_it_names_a_translation_that_was_only_guessed(project, without_gettext):
    spoil(project, 'msgid "changed records"', '#, fuzzy\nmsgid "changed records"')
    assert any("'changed records' is not translated" in line for line in found(project))


def test_it_names_a_translation_that_is_compiled_otherwise(project, without_gettext):
    spoil(project, 'msgstr "항목 변경"', 'msgstr "다른 말"')
    assert any("'changed records' is compiled otherwise" in line for line in found(project))


@pytest.mark.skipif(not can_extract(), reason="gettext's tools read the code, and are not here")
def test_it_names_a_text_that_only_the_code_has(project):
    path = project / "backoffice" / "console" / "banners.py"
    text = 'def nobody():\n    return _("A text nobody has translated")\n'
    path.write_text(f"{path.read_text('utf-8')}\n\n{text}", "utf-8")
    assert any(
        "'A text nobody has translated' is in the code only" in line for line in found(project)
    )


@pytest.mark.skipif(not can_extract(), reason="gettext's tools read the code, and are not here")
def test_it_names_a_translation_that_the_code_no_longer_has(project):
    with (project / PO).open("a", encoding="utf-8") as file:
        file.write('\nmsgid "Long gone"\nmsgstr "없어진 말"\n')
    assert any("'Long gone' is no longer in the code" in line for line in found(project))
