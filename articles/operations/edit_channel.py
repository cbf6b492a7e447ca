"""Edit the settings of channels."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from articles.rules import known_zone
from backoffice.operations.editing import Edit
from backoffice.operations.registry import register


@register
class EditChannel(Edit):
    name = "channel.edit"
    # Its status has operations of its own.
    fields = ("name", "plan", "country", "timezone")
    singly = ("name",)
    validators = {
        "country": [RegexValidator(r"^[A-Z]{2}\Z", _("Two capital letters, such as KR."))],
        "timezone": [known_zone],
    }
