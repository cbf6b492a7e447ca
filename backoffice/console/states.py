"""The registry of states: what a badge shows for each. One state looks alike everywhere."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TONES = ("neutral", "accent", "amber", "red", "green", "grey", "slate")


@dataclass(frozen=True)
class State:
    """How one state is shown: an icon of the sprite, a tone of TONES and a translated word."""

    name: str
    icon: str
    tone: str
    label: str | Promise


class UnknownState(LookupError):
    """A badge asked for a state that nobody registered. Add it with states.register_state()."""


_states: dict[str, State] = {}


def register_state(name: str, icon: str, tone: str, label: str | Promise) -> State:
    """Add a state that badges can show.

    Example: `register_state("website_off", "power", "slate", _("Website off"))`.
    Raises ValueError for a name that is taken or a tone that does not exist.
    """
    if name in _states:
        raise ValueError(f"State {name!r} is registered already, as {_states[name].label!r}.")
    if tone not in TONES:
        raise ValueError(f"State {name!r} has the tone {tone!r}; choose one of {', '.join(TONES)}.")
    _states[name] = State(name, icon, tone, label)
    return _states[name]


def get_state(name: str) -> State:
    """Return the state of that name; raises UnknownState with the names there are."""
    try:
        return _states[name]
    except KeyError:
        known = ", ".join(sorted(_states))
        raise UnknownState(
            f"No state is called {name!r}. Known: {known}. Add it with register_state()."
        ) from None


def all_states() -> list[State]:
    """Return every registered state, in the order of registration."""
    return list(_states.values())


# Records
register_state("visible", "eye", "neutral", _("Visible"))
register_state("living", "dot", "neutral", _("Living"))
register_state("hidden", "eye-off", "amber", _("Hidden"))
register_state("trashed", "trash", "red", _("In the trash"))
register_state("deleted", "cross-circle", "red", _("Deleted"))
register_state("draft", "draft", "grey", _("Draft"))
register_state("published", "check-circle", "neutral", _("Published"))
register_state("archived", "archive", "grey", _("Archived"))
register_state("pinned", "pin", "neutral", _("Pinned"))
register_state("on", "power", "green", _("On"))
register_state("off", "power", "slate", _("Off"))
register_state("active", "check-circle", "neutral", _("Active"))
register_state("suspended", "pause", "amber", _("Suspended"))
register_state("closed", "minus-circle", "slate", _("Closed"))
register_state("left", "sign-out", "slate", _("Left"))
register_state("restricted", "lock", "slate", _("Restricted"))
register_state("sealed", "shield", "green", _("Sealed"))
# Outcomes of events
register_state("succeeded", "check-circle", "green", _("Done"))
register_state("denied", "ban", "red", _("Denied"))
register_state("failed", "cross-circle", "red", _("Failed"))
register_state("conflict", "conflict", "amber", _("Conflict"))
register_state("previewed", "dot-circle", "grey", _("Previewed"))
register_state("requested", "requests", "accent", _("Requested"))
register_state("cancelled", "minus-circle", "slate", _("Cancelled"))
register_state("partial", "partial", "amber", _("Partly done"))
