"""Buttons that undo and bring back, for pages of other rooms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.db import router

from audit.models import Event
from backoffice.activity.event_page import EventPage
from backoffice.entities.entity import Entity
from backoffice.operations.rewriting import offers
from backoffice.operations.rewriting.undo import UndoEvents

register = template.Library()


@register.inclusion_tag("operations/rewriting/_offer.html", takes_context=True)
def undo_button(context: dict[str, Any], page: EventPage) -> dict[str, Any]:
    """`{% undo_button page %}`: undo what the page's event did; why not, where that cannot be."""
    if page.is_partly_hidden:
        return {}
    kinds = [section.entity.name for section in page.sections]
    return {"offer": offers.undo_of_event(context["request"].user, page.event, kinds)}


@register.inclusion_tag("operations/rewriting/_offer.html", takes_context=True)
def undo_receipt(
    context: dict[str, Any], event: Event, effects: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    """`{% undo_receipt event effects %}`: take back at once what was just done."""
    kinds = [effect["entity"] for effect in effects]
    return {"offer": offers.undo_of_event(context["request"].user, event, kinds)}


@register.simple_tag(takes_context=True)
def undo_run(context: dict[str, Any], run: Any) -> offers.Offer | None:
    """`{% undo_run run as offer %}`: undo all that a run did, by the event that opened it."""
    return offers.offer_of(context["request"].user, UndoEvents.name, [run.parent_event])


@register.inclusion_tag("operations/rewriting/_undone.html")
def undone_note(event: Event) -> dict[str, Any]:
    """`{% undone_note event %}`: by which events this one was undone."""
    return {"undone": offers.undone_by(event, router.db_for_read(Event))}


@register.inclusion_tag("operations/rewriting/_offer.html", takes_context=True)
def resurrect_button(context: dict[str, Any], entity: Entity, pk: int) -> dict[str, Any]:
    """`{% resurrect_button entity pk %}`: bring back a record that is gone."""
    offer = offers.resurrect_of(context["request"].user, entity, pk)
    return {"offer": offer, "primary": True}
