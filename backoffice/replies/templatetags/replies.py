"""The way to the text for the customer, and the text itself on the page of a finding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse

from audit.models import Event, Outcome
from backoffice.activity.event_page import EventPage
from backoffice.activity.verbs import verb_in
from backoffice.entities.access import sees_personal_fields
from backoffice.replies.causes import replies_of
from backoffice.replies.declarations import tells_of
from backoffice.visibility.presentation import Explained

register = template.Library()


@register.simple_tag
def reply_url(event: Event, effects: Iterable[dict[str, Any]]) -> str:
    """`{% reply_url event effects as url %}`: the way to the reply about an event that did these.

    "" where a customer would be told nothing of any of them.
    """
    told = event.outcome == Outcome.SUCCEEDED and any(
        tells_of(effect["entity"], verb_in(event.name, effect["verb"])) for effect in effects
    )
    return reverse("replies-event", args=[event.id]) if told else ""


@register.inclusion_tag("replies/_link.html")
def reply_link_of(page: EventPage) -> dict[str, Any]:
    """`{% reply_link_of page %}`: the same on an event's own page, where its rows are known."""
    rows = [
        (section.entity.name, row.version.verb) for section in page.sections for row in section.rows
    ]
    told = page.event.outcome == Outcome.SUCCEEDED and any(
        tells_of(entity, verb_in(page.event.name, verb)) for entity, verb in rows
    )
    return {"url": reverse("replies-event", args=[page.event.id]) if told else ""}


@register.inclusion_tag("replies/_reply.html", takes_context=True)
def reply_card(context: dict[str, Any], explained: Explained) -> dict[str, Any]:
    """`{% reply_card explained %}`: what the customer is told of a record."""
    masked = not sees_personal_fields(context["request"].user)
    return {"replies": replies_of(explained), "masked": masked}
