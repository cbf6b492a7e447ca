"""The design system holds: icons are drawn, classes defined, colours legible, loads small."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from backoffice.console.checks import icon_names
from tests.console.test_strictness import SHEETS, TEMPLATES, named

STYLES = "".join(path.read_text("utf-8") for path in SHEETS)


def test_every_icon_that_a_template_names_is_drawn():
    drawn = set(icon_names())
    assert len(drawn) > 60
    for path in TEMPLATES:
        named_here = set(re.findall(r"\{%\s*icon\s+[\"']([a-z-]+)", path.read_text("utf-8")))
        assert named_here <= drawn, path


def test_icons_take_their_colour_from_the_text():
    sprite = Path(finders.find("img/icons.svg")).read_text("utf-8")
    colours = set(re.findall(r"(?:fill|stroke)=\"([^\"]+)\"", sprite))
    assert colours <= {"none", "currentColor", "#fff"}
    assert len(re.findall(r'<symbol id="', sprite)) == len(set(icon_names()))


@pytest.mark.parametrize("path", named(TEMPLATES))
def test_every_class_of_a_template_is_defined(path):
    defined = set(re.findall(r"\.([a-zA-Z][\w-]*)", STYLES))
    used = set()
    for value in re.findall(r'class="((?:\{[%{].*?[%}]\}|[^"])*)"', path.read_text("utf-8")):
        made = re.sub(r"[\w-]*--\{%.*%\}|\S*\{\{.*?\}\}\S*", " ", value)
        used |= set(re.sub(r"\{%.*?%\}", " ", made).split())
    assert used - defined == set()


def _colours():
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", STYLES)
    return {name: (light, dark) for name, light, dark in pairs} | {"on-accent": ("#ffffff",) * 2}


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_ON = [
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("bg", "bg-sunken")],
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("bg-raised", "bg-hover")],
    *[("accent", ground) for ground in ("bg", "bg-sunken", "bg-raised", "accent-soft")],
    *[(tone, f"{tone}-soft") for tone in ("amber", "red", "green", "grey", "slate")],
    *[(tone, "bg-raised") for tone in ("red", "green", "amber")],
    *[("ink", f"{tone}-soft") for tone in ("amber", "red", "green", "slate", "accent")],
    *[("on-accent", fill) for fill in ("accent-fill", "accent-fill-hover")],
    *[("on-accent", fill) for fill in ("danger-fill", "danger-fill-hover")],
    ("ink-3", "grey-soft"),
    ("ink", "bg-active"),
    ("ink-3", "accent-soft"),
]


@pytest.mark.parametrize(("ink", "ground"), TEXT_ON)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_is_legible(ink, ground, scheme):
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text of any size."""
    colours = _colours()
    assert _contrast(colours[ink][scheme], colours[ground][scheme]) >= 4.5


def test_the_first_load_is_within_its_budget(otis):
    """Design 13: 80 kB over the wire, page, styles, scripts and icons together."""
    answer = otis.get("/", headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    loaded = set(re.findall(r'(?:src|href)="/static/([^"#]+)', page))
    sizes = {name: len(gzip.compress(Path(finders.find(name)).read_bytes(), 6)) for name in loaded}
    assert len(sizes) > 8
    assert len(answer.content) + sum(sizes.values()) <= 80_000 * 0.75


def test_static_files_travel_compressed(client):
    assert settings.MIDDLEWARE.index("django.middleware.gzip.GZipMiddleware") < (
        settings.MIDDLEWARE.index("whitenoise.middleware.WhiteNoiseMiddleware")
    )
