"""Pages that say who may do what, and why."""

from __future__ import annotations

from itertools import groupby
from typing import Any, cast

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.accounts import powers, roles
from backoffice.accounts.models import Staff
from backoffice.accounts.open_scopes import open_scopes

LONGEST_QUERY, PEOPLE_SHOWN = 100, 50


@require_safe
def show_mine(request: HttpRequest) -> HttpResponse:
    """What I may do: the same page as anyone's."""
    return redirect("accounts-access", pk=request.user.pk)


@require_safe
def show_access(request: HttpRequest, pk: str) -> HttpResponse:
    """What this person may do and why: their own page, or for those who may look staff up."""
    from backoffice.entities import registry
    from backoffice.entities.access import get_record_for_staff

    viewer = cast(Staff, request.user)
    person = cast(Staff, get_record_for_staff(request, registry.get("staff"), pk))
    words = _words(request)
    found = [power for power in powers.powers_of(person) if power.matches(words)]
    context = {
        "person": person,
        "own": person.pk == viewer.pk,
        "q": words,
        "groups": [(name, list(group)) for name, group in groupby(found, lambda p: p.group)],
        "restricted": open_scopes(viewer, person) if not words else None,
        "entity": registry.get("staff"),
    }
    return render(request, "accounts/access.html", context)


def _words(request: HttpRequest) -> str:
    words = request.GET.get("q", "").strip()
    if len(words) > LONGEST_QUERY:
        raise BadRequest(_("Search for at most %d characters.") % LONGEST_QUERY)
    return words


@require_safe
def show_who_may(request: HttpRequest, name: str) -> HttpResponse:
    """Who has a permission: an operation by its name. Everyone may know whom to ask."""
    viewer = cast(Staff, request.user)
    power = next((one for one in powers.powers_of(viewer) if one.name == name), None)
    if power is None or not power.permission:
        raise Http404(_("Nothing that anyone may do is called “%s”.") % name[:60])
    people = list(powers.holders_of(power.permission)[: PEOPLE_SHOWN + 1])
    context: dict[str, Any] = {
        "power": power,
        "roles": [role.label for role in roles.Role if role in roles.roles_with(power.permission)],
        "standing": roles.is_standing(power.permission),
        "people": people[:PEOPLE_SHOWN],
        "more": len(people) > PEOPLE_SHOWN,
        "sees_staff": viewer.has_perm("accounts.view_staff"),
    }
    return render(request, "accounts/who_may.html", context)
