"""The template tags: icons, badges, times, copyable text, numbers, the age of the data."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from backoffice.console import states
from tests.console.drawing import draw, request_of

MOMENT = datetime(2026, 11, 24, 6, 23, 18, tzinfo=UTC)


def test_an_icon_is_hidden_from_screen_readers_unless_it_has_a_label():
    assert 'aria-hidden="true"' in draw('{% icon "eye" %}')
    assert "img/icons.svg#eye" in draw('{% icon "eye" %}')
    labelled = draw('{% icon "eye" "Visible" %}')
    assert 'aria-label="Visible"' in labelled
    assert "aria-hidden" not in labelled


@pytest.mark.parametrize("state", [state.name for state in states.all_states()])
def test_a_badge_shows_icon_tone_and_word(state):
    known = states.get_state(state)
    badge = draw("{% badge state %}", state=state)
    assert f"badge--{known.tone}" in badge
    assert f"#{known.icon}" in badge
    assert str(known.label) in badge


def test_a_badge_takes_another_word_and_escapes_it():
    assert "&lt;b&gt;" in draw('{% badge "hidden" word %}', word="<b>")


def test_a_badge_of_an_unknown_state_says_which_there_are():
    with pytest.raises(states.UnknownState, match="'gone'.*hidden.*register_state"):
        draw('{% badge "gone" %}')


def test_a_state_is_registered_once_and_with_a_tone_that_exists():
    with pytest.raises(ValueError, match="'hidden' is registered already"):
        states.register_state("hidden", "eye", "amber", "Hidden")
    with pytest.raises(ValueError, match="tone 'pink'"):
        states.register_state("rosy", "eye", "pink", "Rosy")


def test_a_time_is_relative_with_the_moment_and_its_zone_beside_it():
    shown = draw("{% when moment %}", moment=timezone.now() - timedelta(hours=3, minutes=5))
    assert ">3 hours ago<" in shown
    exact = draw("{% when moment %}", moment=MOMENT)
    assert 'datetime="2026-11-24T06:23:18+00:00"' in exact
    assert 'title="2026-11-24 15:23:18 KST (UTC+09:00)"' in exact


def test_a_time_has_other_styles():
    assert ">2026-11-24 15:23 KST<" in draw('{% when moment "absolute" %}', moment=MOMENT)
    assert ">15:23<" in draw('{% when moment "clock" %}', moment=MOMENT)
    assert "· 2026-11-24 15:23 KST<" in draw('{% when moment "both" %}', moment=MOMENT)
    assert "–" in draw("{% when moment %}", moment=None)


def test_copyable_text_is_escaped_and_its_button_says_what_it_copies():
    shown = draw("{% copyable text %}", text='"><script>')
    assert "<script>" not in shown
    assert 'data-copy="&quot;&gt;&lt;script&gt;"' in shown
    assert 'aria-label="Copy 42"' in draw('{% copyable 42 "#42" %}')
    assert ">#42<" in draw('{% copyable 42 "#42" %}')
    assert "data-copy" not in draw("{% copyable None %}")


def test_the_label_of_a_copy_button_is_bounded():
    assert len(draw("{% copy_button text %}", text="환" * 300).split('aria-label="')[1]) < 800


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("{% number 0 %}", "0"),
        ("{% number 1234567 %}", "1,234,567"),
        ("{% number None %}", "–"),
        ("{% number 9999 cap=10000 %}", "9,999"),
        ("{% number 10000 cap=10000 %}", "10,000+"),
        ("{% number 12000 cap=10000 %}", "10,000+"),
    ],
)
def test_numbers_have_thousand_separators_and_say_when_they_are_capped(tag, shown):
    assert draw(tag) == shown


def test_the_age_of_the_data_is_shown():
    assert "data 0.4 s old" in draw("{% data_age %}", shell=SimpleNamespace(data_age=0.42))
    assert "data 12 s old" in draw("{% data_age %}", shell=SimpleNamespace(data_age=12.9))
    assert "data 3 minutes old" in draw("{% data_age %}", shell=SimpleNamespace(data_age=200))
    assert "live data" in draw("{% data_age %}", shell=SimpleNamespace(data_age=None))
    assert "live data" in draw("{% data_age %}")


def test_a_query_keeps_the_rest_of_the_view():
    request = request_of(path="/activity/?kind=change&cursor=9&who=%ED%99%98&who=b")
    shown = draw('{% query cursor=None kind="read" %}', request=request)
    assert shown == "?kind=read&amp;who=%ED%99%98&amp;who=b" or "who=" in shown
    assert "cursor" not in shown
    assert shown.count("who=") == 2


def test_an_avatar_has_a_letter_whatever_the_name():
    assert draw("{{ name|initial }}", name="otis") == "O"
    assert draw("{{ name|initial }}", name="김민지") == "김"
    assert draw("{{ name|initial }}", name="") == "?"
