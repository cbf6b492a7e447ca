"""Alert rules: what in the stream of the audit someone should be told of, declared in code.

A rule is registered at start-up, by `audit.alert_builtin` or by an area in its `alerts.py`:

    lending = Stream("effects", lambda: [Window(HOUR, 50)], HOUR, lambda: {"verbs": ["lent"]})
    register(Rule(name="lending", label=_("Many books lent"), evaluate=lending.findings, …))

and evaluated over a span of time. It keeps nothing: the same span gives the same findings, so that
a rule can be tried on the past. backoffice/alerts makes incidents of what it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Finding:
    """One incident as a rule sees it.

    Attributes:
        subject: what it is about, the same for as long as it goes on.
        actor_kind, actor_id, actor_label: who did it; "" where it is nobody's doing.
        count: how much was done from `first_at` to `last_at`.
        scopes: where; empty when it belongs to no scope.
        what: the count by kind of thing done (verb, or name of the event).
        entity, record_id: the one record that it is about, where it is about one.
    """

    subject: str
    count: int
    first_at: datetime
    last_at: datetime
    actor_kind: str = ""
    actor_id: str = ""
    actor_label: str = ""
    scopes: tuple[int, ...] = ()
    what: Mapping[str, int] = field(default_factory=dict)
    entity: str = ""
    record_id: str = ""


Evaluate = Callable[[datetime, datetime], list[Finding]]


@dataclass(frozen=True)
class Rule:
    """A declared rule.

    Attributes:
        name: small letters and underscores, at most 40; kept with its alerts.
        label: what the rule is called.
        sentence: for a count, what happened, with %(actor)s, %(count)s and %(record)s in it.
        limits: the thresholds as they are set now, in words.
        evaluate: the findings that reach into a span of time.
        quiet: how long nothing must happen before the next finding is a new incident.
        link: filters of the page of events that show what happened, beside person and time.
        looks_back: whether it can be tried on the past.
        reads: whether it tells what someone looked at or was refused, which is not for everybody.
    """

    name: str
    label: Text
    sentence: Callable[[int], str]
    limits: Callable[[], str]
    evaluate: Evaluate
    quiet: timedelta
    link: Mapping[str, str] = field(default_factory=dict)
    looks_back: bool = True
    reads: bool = False


class UnknownRule(LookupError):
    """No rule is registered under that name."""


_rules: dict[str, Rule] = {}
_children: list[Callable[[], Collection[str]]] = []


def register(rule: Rule) -> Rule:
    """Add a rule; a name that is taken or too long is refused."""
    if rule.name in _rules or len(rule.name) > 40:
        raise ValueError(f"Alert rule {rule.name!r} is registered already or too long. Rename it.")
    _rules[rule.name] = rule
    return rule


def get(name: str) -> Rule:
    """The rule of that name; UnknownRule when there is none."""
    try:
        return _rules[name]
    except KeyError:
        raise UnknownRule(f"No alert rule is called {name!r}.") from None


def all_rules() -> list[Rule]:
    """Every rule, in the order of registration."""
    return list(_rules.values())


def tell_children(source: Callable[[], Collection[str]]) -> None:
    """Say which entities only go along with their records, so that these are counted once."""
    _children.append(source)


def children() -> list[str]:
    """The entities whose effects are not counted beside those of their records."""
    return sorted({name for source in _children for name in source()})
