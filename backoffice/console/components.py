"""The living page of the design system: every part in every state, for those who build pages."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.console.checks import icon_names
from backoffice.console.states import all_states

# A title as hard as they come: Korean, 300 characters, no space to break at.
LONG_TITLE = "환불안내및교환절차" * 33 + "입니다"


class SampleForm(forms.Form):
    """One field of each kind, shown valid and with errors."""

    reason = forms.CharField(
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A sentence that a colleague understands a year from now.",
    )
    ticket = forms.RegexField(r"[A-Z]+-[0-9]+", required=False, help_text="Such as CX-1234.")
    kind = forms.ChoiceField(choices=[("a", "Only these"), ("b", "All that match")])
    scope = forms.ChoiceField(
        choices=[("one", "This record"), ("all", "With everything below it")],
        widget=forms.RadioSelect,
    )
    notify = forms.BooleanField(required=False, label="Tell the customer", help_text="By e-mail.")


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show the page to developers; others are told whom it is for."""
    if getattr(request.user, "role", "") != "developer":
        raise PermissionDenied(_("This page is for developers, who build the console's pages."))
    return render(request, "help/components/page.html", _samples(timezone.now()))


def _samples(now: datetime) -> dict[str, Any]:
    ages = [0, 5 * 60, 3 * 3_600, 30 * 3_600, 40 * 86_400, 800 * 86_400]
    return {
        "states": all_states(),
        "icons": icon_names(),
        "tones": ("neutral", "accent", "amber", "red", "green", "grey", "slate"),
        "moments": [now - timedelta(seconds=seconds) for seconds in ages],
        "now": now,
        "long_title": LONG_TITLE,
        "form": SampleForm(initial={"scope": "one"}, auto_id="valid_%s"),
        "bad_form": SampleForm({"reason": "?", "ticket": "12"}, auto_id="bad_%s"),
    }
