"""The customers' people as actors of events: their role now, and their own page."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from articles.models import Member
from audit.models import ActorKind
from backoffice.activity.people import Key, Person, register_people
from backoffice.entities.access import title_for, visible_records
from backoffice.entities.registry import get


def members(keys: Collection[Key], viewer: Any) -> dict[Key, Person]:
    """Members by (key, channel): a key is unique within its channel only."""
    entity = get("member")
    wanted = {key for key, _channel in keys}
    channels = {channel for _key, channel in keys if channel is not None}
    found = visible_records(viewer, entity).filter(key__in=wanted, channel__in=channels)
    return {(member.key, member.channel_id): _person(member, viewer) for member in found}


def _person(member: Member, viewer: Any) -> Person:
    entity = get("member")
    return Person(
        role=member.get_role_display(),
        url=entity.url(member.pk),
        badges=tuple(entity.badges(member)),
        open_name=title_for(viewer, entity, member),
    )


register_people(ActorKind.MEMBER, members)
