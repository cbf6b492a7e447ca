"""Alerts in words: for one reader on a page, and for nobody in particular in a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from audit import alert_rules
from audit.models import ActorKind, Event
from backoffice.accounts.access import scope_model
from backoffice.accounts.models import Staff
from backoffice.activity import verbs
from backoffice.activity.catalogue import entity_of, noun
from backoffice.activity.people import Actors
from backoffice.activity.sentences import link, plain, sentence
from backoffice.alerts.models import Alert
from backoffice.entities.access import parse_id
from backoffice.entities.names import Name, shared_names

# Rules whose events are no changes are shown by the list of all events.
_EVENTS_ONLY = {"kind", "outcome"}


@dataclass(frozen=True)
class ShownAlert:
    """An alert as one reader sees it."""

    alert: Alert
    rule: alert_rules.Rule | None
    sentence: SafeString
    label: str
    what: list[tuple[str, int]]
    activity_url: str

    @property
    def url(self) -> str:
        return reverse("alerts-alert", args=[self.alert.pk])

    @property
    def rule_url(self) -> str:
        return reverse("alerts-rule", args=[self.rule.name]) if self.rule else ""

    @property
    def state(self) -> str:
        return "acknowledged" if self.alert.acknowledged_at else "alert_open"

    @property
    def goes_on(self) -> bool:
        """Whether it would be extended by what happened now."""
        return self.rule is not None and timezone.now() - self.alert.last_at < self.rule.quiet

    @property
    def heading(self) -> str:
        return plain(self.sentence)


@dataclass(frozen=True)
class Message:
    """An alert as it is sent: no names of customers' people, an address to look it up."""

    key: str
    text: str
    facts: list[str]
    url: str


def shown(viewer: Any, alerts: Iterable[Alert]) -> list[ShownAlert]:
    """Alerts in words; a query for each kind of actor, however many alerts."""
    found, actors = list(alerts), Actors(viewer)
    for alert in found:
        actors.want(_event(alert), _scope(alert))
        _want_record(viewer, alert)
    return [_shown(viewer, alert, actors) for alert in found]


def places_of(viewer: Any, alert: Alert, most: int = 5) -> list[Name]:
    """The names of some of the scopes that an alert reaches into."""
    names, model = shared_names(viewer), scope_model()
    for pk in alert.scopes[:most]:
        names.want(model, pk)
    return [names.of(model, pk) for pk in alert.scopes[:most]]


def message_of(alert: Alert) -> Message:
    """The alert for a channel that anyone may read."""
    (one,) = shown(Staff(is_active=False), [alert])
    times = [timezone.localtime(moment) for moment in (alert.first_at, alert.last_at)]
    span = " – ".join(date_format(moment, "Y-m-d H:i T") for moment in times)
    return Message(str(alert), one.heading, [one.label, span], settings.CONSOLE_URL + one.url)


def _shown(viewer: Any, alert: Alert, actors: Actors) -> ShownAlert:
    rule = _rule(alert)
    template = rule.sentence(alert.count) if rule else alert.rule
    actor = actors.get(_event(alert), _scope(alert)).subject if alert.actor_kind else ""
    parts = {"actor": actor, "count": f"{alert.count:,}", "record": _record(viewer, alert)}
    return ShownAlert(
        alert=alert,
        rule=rule,
        sentence=sentence(template, **parts),
        label=str(rule.label) if rule else alert.rule,
        what=[(_word(name), count) for name, count in sorted(alert.what.items())],
        activity_url=_activity_url(alert, rule),
    )


def _rule(alert: Alert) -> alert_rules.Rule | None:
    try:
        return alert_rules.get(alert.rule)
    except alert_rules.UnknownRule:
        return None


def _event(alert: Alert) -> Event:
    """What the names of actors are asked by."""
    return Event(
        actor_kind=alert.actor_kind or ActorKind.SERVICE,
        actor_id=alert.actor_id,
        actor_label=alert.actor_label,
    )


def _scope(alert: Alert) -> int | None:
    return alert.scopes[0] if len(alert.scopes) == 1 else None


def _want_record(viewer: Any, alert: Alert) -> None:
    entity, pk = entity_of(alert.entity) if alert.entity else None, parse_id(alert.record_id)
    if entity is not None and pk is not None and viewer.pk is not None:
        shared_names(viewer).want(entity.model, pk)


def _record(viewer: Any, alert: Alert) -> SafeString | str:
    """The one record that an alert is about, by the name that the reader may see."""
    entity, pk = entity_of(alert.entity) if alert.entity else None, parse_id(alert.record_id)
    if entity is None or pk is None:
        return f"{noun(alert.entity)} #{alert.record_id}" if alert.entity else ""
    if viewer.pk is None:
        return f"{entity.label} #{pk}"
    name = shared_names(viewer).of(entity.model, pk)
    return link(name.text, name.url)


def _word(name: str) -> str:
    """What is counted: a verb in words, or an event's name."""
    known = {verb.name: str(verb.label) for verb in verbs.all_verbs()}
    return known.get(name, name)


def _activity_url(alert: Alert, rule: alert_rules.Rule | None) -> str:
    """Where all of it stands: by person, time, and what the rule filters by."""
    if rule is None or not alert.actor_kind:
        return ""
    first, last = timezone.localtime(alert.first_at), timezone.localtime(alert.last_at)
    values = {
        "actor": f"{alert.actor_kind}:{alert.actor_id}",
        "since": first.strftime("%Y-%m-%dT%H:%M"),
        "until": (last + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M"),
        **rule.link,
    }
    scope = _scope(alert)
    if scope is not None and alert.actor_kind == ActorKind.MEMBER:
        values["scope"] = str(scope)
    page = "activity-events" if _EVENTS_ONLY & rule.link.keys() else "activity-activity"
    return f"{reverse(page)}?{urlencode(values)}"
