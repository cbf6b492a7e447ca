"""Verbs, sentences and people are declared once and say what they should in any language."""

import pytest
from django.utils.safestring import SafeString

from audit.checks import captured_models
from audit.models import ActorKind
from backoffice.activity import people, verbs
from backoffice.activity.sentences import link, named_fields, plain, sentence
from backoffice.activity.verbs import register_verb
from backoffice.console.states import TONES

PARTS = {"actor": "A", "entity": "article", "what": "W", "count": "3", "fields": "F"}


def captured_verbs() -> set[str]:
    """Every verb that the capture of any table can write."""
    found = {"created", "changed", "deleted", "adopted"}
    for model in captured_models().values():
        for words in model.history.model.capture.verbs.values():
            found |= set(words.values()) if isinstance(words, dict) else set(words)
    return found


def test_every_verb_of_every_capture_is_called_something():
    assert captured_verbs() == {verb.name for verb in verbs.all_verbs()}


@pytest.mark.parametrize("verb", verbs.all_verbs(), ids=lambda verb: verb.name)
def test_every_sentence_names_its_actor_and_what_is_needed(verb):
    for text in (verb.here, verb.one, verb.many):
        assert sentence(text, **PARTS).startswith("A ")
    assert "W" in sentence(verb.one, **PARTS)
    assert "3" in sentence(verb.many, **PARTS)
    assert verb.tone in TONES


def test_a_verb_is_registered_once():
    with pytest.raises(ValueError, match="'hidden' is registered already"):
        register_verb("hidden", label="x", here="x", one="x", many="x")


def test_an_unknown_verb_of_old_history_reads_as_a_change():
    assert verbs.get_verb("no_longer_used").name == "changed"
    assert verbs.verb_label("no_longer_used") == "no_longer_used"


def test_people_of_a_kind_are_told_by_one_room():
    with pytest.raises(ValueError, match="resolved already"):
        people.register_people(ActorKind.MEMBER, lambda keys, viewer: {})


def test_a_sentence_escapes_what_is_no_markup_and_reads_plainly():
    text = sentence("%(actor)s hid %(what)s", actor="<b>", what=link("a & b", "/x/"))
    assert isinstance(text, SafeString)
    assert text == '&lt;b&gt; hid <a class="strong" href="/x/">a &amp; b</a>'
    assert plain(text) == "<b> hid a & b"
    assert link("<i>", "") == '<span class="strong">&lt;i&gt;</span>'


def test_many_fields_are_named_in_part():
    assert named_fields(["A", "B"]) == "A, B"
    assert named_fields([str(n) for n in range(5)]) == "0, 1, 2 and 2 more fields"
    assert named_fields([]) == "something"
