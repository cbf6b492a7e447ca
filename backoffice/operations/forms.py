"""What every operation asks for: the reason, a ticket if there is one, and the targets."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from backoffice.operations.exceptions import Invalid

REASON_MIN, REASON_MAX = 4, 1000
BIGGEST_ID = 2**63 - 1


class ReasonForm(forms.Form):
    """The sentence why, for those who read the timeline later."""

    # A chosen reason stands for a written one: browsers shall not insist on this field.
    use_required_attribute = False

    reason = forms.CharField(
        label=_("Reason"),
        min_length=REASON_MIN,
        max_length=REASON_MAX,
        help_text=_("One sentence. It stands in every timeline beside your name."),
        error_messages={
            "required": _("Write why you do this: one sentence is enough."),
            "min_length": _("This is too short to tell anyone why. Write one sentence."),
        },
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    ticket = forms.CharField(
        label=_("Ticket"),
        required=False,
        max_length=64,
        help_text=_("For example CX-1234, if there is one."),
        validators=[
            RegexValidator(
                rf"^(?:{settings.TICKET_PATTERN})$",
                _("This is no ticket number. Write it like CX-1234, or leave it empty."),
            )
        ],
    )

    def clean_reason(self) -> str:
        """Blanks, dots and marks that nobody sees tell no one anything."""
        reason: str = self.cleaned_data["reason"]
        if sum(letter.isalnum() for letter in reason) < REASON_MIN:
            raise forms.ValidationError(self.fields["reason"].error_messages["min_length"])
        return reason


def clean_targets(values: Iterable[object]) -> list[int]:
    """Primary keys as numbers, in order and once each; Invalid when they are none or too many."""
    limit = settings.OPERATION_TARGET_LIMIT
    keys: list[int] = []
    for value in values:
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= BIGGEST_ID):
            raise Invalid(gettext("One of the chosen records has an id that is no number."))
        keys.append(int(text))
    keys = sorted(set(keys))
    if not keys:
        raise Invalid(gettext("Nothing is chosen. Go back and tick what you mean."))
    if len(keys) > limit:
        raise Invalid(
            ngettext(
                "More than %(limit)d record is chosen. Choose fewer at a time.",
                "More than %(limit)d records are chosen. Choose fewer at a time.",
                limit,
            )
            % {"limit": limit}
        )
    return keys
