"""Filters as the page shows them: a menu for each, and a chip for each that is on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from backoffice.entities.access import parse_id
from backoffice.entities.addresses import Address
from backoffice.entities.filters import ChoicesFilter
from backoffice.entities.names import Names

# So many menus stand in the row; the others are behind "More filters".
IN_THE_ROW = 5


@dataclass(frozen=True)
class Choice:
    """A link that turns one value of a filter on or off."""

    label: str
    url: str
    is_on: bool


@dataclass(frozen=True)
class Input:
    """A field of a filter that is typed."""

    name: str
    label: str
    type: str
    value: str
    hint: str = ""


@dataclass(frozen=True)
class Menu:
    """One filter: links, or inputs that a button sends."""

    name: str
    label: str
    choices: list[Choice] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)


@dataclass(frozen=True)
class Chip:
    """A filter that is on, with the address without it."""

    label: str
    value: str
    remove_url: str


def params_of(filters: Any) -> list[str]:
    """Every name that the filters read from an address."""
    return [param for name in filters.filters for param in _params(filters, name)]


def _params(filters: Any, name: str) -> list[str]:
    if _kind(filters.filters[name]) == "range":
        return [f"{name}_after", f"{name}_before"]
    return [name]


def _kind(one: Any) -> str:
    return str(getattr(one, "kind", "text"))


def typed_params(filters: Any) -> list[str]:
    """Those whose values are typed, so that the form itself holds them."""
    return [
        param
        for name, one in filters.filters.items()
        if _kind(one) not in ("choices", "link")
        for param in _params(filters, name)
    ]


def menus_of(filters: Any, address: Address) -> list[Menu]:
    """A menu for every filter that is not reached by links only, in the order declared."""
    drawn = (name for name, one in filters.filters.items() if _kind(one) != "link")
    return [_menu(filters, name, address) for name in drawn]


def _menu(filters: Any, name: str, address: Address) -> Menu:
    one = filters.filters[name]
    kind = _kind(one)
    if kind == "choices":
        return Menu(name, str(one.label), choices=_choices(one, name, address))
    return Menu(name, str(one.label), inputs=_inputs(one, name, kind, address))


def _choices(one: Any, name: str, address: Address) -> list[Choice]:
    chosen = address.params.getlist(name)
    several = isinstance(one, ChoicesFilter)
    choices = []
    for value, text in one.extra["choices"]:
        is_on = value in chosen
        url = (
            address.toggled(name, value)
            if several
            else address.changed({name: None if is_on else value})
        )
        choices.append(Choice(str(text), url, is_on))
    return choices


def _inputs(one: Any, name: str, kind: str, address: Address) -> list[Input]:
    params = address.params
    if kind == "range":
        after, before = f"{name}_after", f"{name}_before"
        return [
            Input(after, _("From (this day included)"), "date", params.get(after, "")),
            Input(before, _("Until (this day included)"), "date", params.get(before, "")),
        ]
    hint = _("A name, or an id such as #42") if kind == "record" else ""
    return [Input(name, str(one.label), "text", params.get(name, ""), hint)]


def chips_of(filters: Any, address: Address, names: Names) -> list[Chip]:
    """A chip for every value that is set, also for one that is not valid: it must be removable."""
    chips = []
    for name, one in filters.filters.items():
        for param in _params(filters, name):
            for value in address.params.getlist(param):
                if value:
                    url = address.toggled(param, value)
                    chips.append(Chip(_chip_label(one, param), _shown(one, value, names), url))
    return chips


def _chip_label(one: Any, param: str) -> str:
    if param.endswith("_after") and _kind(one) == "range":
        return _("%s from") % one.label
    if param.endswith("_before") and _kind(one) == "range":
        return _("%s until") % one.label
    return str(one.label)


def _shown(one: Any, value: str, names: Names) -> str:
    kind = _kind(one)
    if kind == "choices":
        return str(dict(_pairs(one)).get(value, value))
    if kind == "link":
        return str(one.shown(value, names))
    pk = parse_id(value.removeprefix("#")) if kind == "record" else None
    return names.of(one.entity.model, pk).text if pk else value


def _pairs(one: Any) -> Iterable[tuple[str, Any]]:
    pairs: Iterable[tuple[str, Any]] = one.extra["choices"]
    return pairs
