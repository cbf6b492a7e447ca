"""The registry of help topics: one per question that staff bring, in each language a template."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import select_template
from django.utils.functional import Promise
from django.utils.translation import get_language


@dataclass(frozen=True)
class Topic:
    """A help page: its template is `<template>.<language>.html`, English where there is none."""

    slug: str
    title: str | Promise
    summary: str | Promise
    template: str
    icon: str
    order: int

    def load(self) -> Any:
        """Return the topic's template in the language of the reader, to be included."""
        language = (get_language() or "en").split("-")[0]
        return select_template([f"{self.template}.{language}.html", f"{self.template}.en.html"])


_topics: dict[str, Topic] = {}


def register(
    slug: str,
    title: str | Promise,
    summary: str | Promise,
    template: str,
    icon: str = "document",
    order: int = 50,
) -> None:
    """Add a help topic, at /help/<slug>/. Raises ValueError for a slug that is taken.

    Example, in the help.py of an application: `register("refunds", _("A refund went wrong"),
    _("Find it, see why, put it right."), "billing/help/refunds")`.
    """
    if slug in _topics:
        raise ValueError(f"Help has a topic {slug!r} already, titled {_topics[slug].title!r}.")
    _topics[slug] = Topic(slug, title, summary, template, icon, order)


def get_topic(slug: str) -> Topic | None:
    """Return the topic of that slug, or None."""
    return _topics.get(slug)


def all_topics() -> list[Topic]:
    """Return every topic in the order of the help page."""
    return sorted(_topics.values(), key=lambda topic: (topic.order, topic.slug))
